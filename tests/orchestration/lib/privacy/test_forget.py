"""A person is removed from everything that is kept, and does not come back."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import pytest

from orchestration.lib.errors import UsageError
from orchestration.lib.home import Home
from orchestration.lib.ledger.entries import Ledger
from orchestration.lib.privacy import forget as forgetting
from orchestration.lib.privacy.forget import Erasure, forget
from orchestration.lib.privacy.person import Person
from orchestration.lib.privacy.tombstones import EMAIL, NAME, Tombstones
from tests.orchestration.lib.landing_company import LandingCompany

CONTACT = "Id,AccountId,FirstName,LastName,Email,Role__c,CreatedDate,SystemModstamp\n"
STAMPS = "2024-01-01T00:00:00Z,2024-01-01T00:00:00Z"
JANE = f"003A,001A,Jane,Doe,Jane.Doe@Client.example,sponsor,{STAMPS}\n"
JOHN = f"003B,001A,John,Roe,john.roe@client.example,user,{STAMPS}\n"
EVENT = "Id,AccountId,WhoId,Subject,Type,StartDateTime,SystemModstamp\n"


def removed(company: LandingCompany, person: str, *, dry_run: bool = False) -> Erasure:
    return forget(Home(company.home), company.config, person, io.StringIO(), dry_run=dry_run)


def decoded(company: LandingCompany) -> str:
    """Every stored value and every other byte below the home, in small letters."""
    found: list[str] = []
    for file in sorted(path for path in company.home.rglob("*") if path.is_file()):
        if file.suffix == ".parquet":
            found += map(str, company.query(f"from read_parquet('{file}', hive_partitioning=false)"))
        else:
            found.append(file.read_bytes().decode(errors="ignore"))
    return "\n".join(found).lower()


@pytest.fixture
def company(tmp_path: Path) -> LandingCompany:
    company = LandingCompany(tmp_path, connector="salesforce")
    company.put("Contact.csv", CONTACT + JANE + JOHN)
    company.put("old/Contact.csv", CONTACT + JANE.replace("sponsor", "boss"))
    company.put(
        "Event.csv",
        EVENT
        + "00UA,001A,003A,Sync with  JANE DOE and John Roe,QBR,2024-02-01T00:00:00Z,2024-02-01T00:00:00Z\n"
        + "00UB,001A,003B,Jane Doering was there,QBR,2024-02-02T00:00:00Z,2024-02-02T00:00:00Z\n",
    )
    company.put(
        "Handoff__c.csv",
        "Id,Account__c,Kind__c,Stakeholder_Sponsor__c,Goals__c,SystemModstamp,Note\n"
        '0HA,001A,sales_to_onboarding,Jane Doe,"Mail jane.doe@client.example, then go",2024-02-01T00:00:00Z,'
        '"Doe, Jane"\n',
    )
    company.put("torn/Contact.csv", CONTACT + JANE.replace("003A", "003C").rstrip("\n") + ",too,many\n")
    company.load()
    return company


def test_a_contact_is_removed_and_rows_stay(company: LandingCompany) -> None:
    before = {name: company.rows(name, "_row_hash, _file, _row_number, _load_id") for name in ("Contact", "Event")}
    erasure = removed(company, "jane.doe@client.example")
    pseudonym = erasure.pseudonym
    text = decoded(company)
    for trace in ("jane.doe@client.example", 'jane doe"', "'jane'", "jane doe ", "doe, jane"):
        assert trace not in text, trace
    assert company.rows("Contact", "Id, FirstName, LastName, Email, Role__c") == [
        ("003A", pseudonym, pseudonym, f"{pseudonym}@erased.invalid", "sponsor"),
        ("003B", "John", "Roe", "john.roe@client.example", "user"),
    ]
    subjects = [subject for (subject,) in company.rows("Event", "Subject")]
    assert subjects[0].startswith("Sync with  erased-") and subjects[0].endswith(" and John Roe")
    assert subjects[1] == "Jane Doering was there", "a longer name is somebody else's"
    ((sponsor, goals, extra),) = company.rows("Handoff__c", "Stakeholder_Sponsor__c, Goals__c, _extra")
    assert len(sponsor) == len("Jane Doe"), "whether a field counts as filled does not change"
    assert goals == f"Mail {pseudonym}@erased.invalid, then go"
    assert "erased-" in json.loads(extra)["Note"]
    after = {name: company.rows(name, "_row_hash, _file, _row_number, _load_id") for name in ("Contact", "Event")}
    assert after == before, "lineage and the hash of what arrived stay"
    boss, torn = (raw for (raw,) in company.quarantine("raw_record"))
    assert json.loads(boss)["LastName"] == pseudonym
    assert torn.startswith("(withheld")


def test_the_record_of_an_erasure_names_the_pseudonym_and_the_files(company: LandingCompany) -> None:
    erasure = removed(company, "003A")
    entries = company.query(
        f"select pseudonym, area, file, rows_changed, hash_before <> hash_after "
        f"from {company.zone.erasures_relation()} order by area, file"
    )
    assert {entry[0] for entry in entries} == {erasure.pseudonym}
    assert [(area, rows) for _, area, _, rows, _ in entries] == [
        ("quarantine", 1),
        ("quarantine", 1),
        ("raw", 1),
        ("raw", 1),
        ("raw", 1),
    ]
    assert all(differs for *_, differs in entries)
    assert "003a" not in str(entries).lower()


def test_a_dry_run_changes_nothing_and_says_the_same(company: LandingCompany) -> None:
    files = {path: path.read_bytes() for path in company.home.rglob("*") if path.is_file()}
    shown = removed(company, "jane.doe@client.example", dry_run=True)
    kept = {path: path.read_bytes() for path in company.home.rglob("*") if path.is_file() and path.name != "run.lock"}
    assert {path: kept[path] for path in files} == files
    done = removed(company, "jane.doe@client.example")
    assert [(one.area, one.file, one.rows_changed) for one in shown.touched] == [
        (one.area, one.file, one.rows_changed) for one in done.touched
    ]
    assert {Path(file.split(": ", 1)[1]).parent.name for file in shown.still_held_by} == {"landing", "old", "torn"}


def test_no_file_brings_the_person_back(company: LandingCompany) -> None:
    pseudonym = removed(company, "jane.doe@client.example").pseudonym
    record = company.load_one("again/Contact.csv", CONTACT + JANE + JOHN)
    assert (record.rows_loaded, record.rows_duplicate) == (0, 2), "the same rows are known by their hash"
    newer = JANE.replace("2024-01-01T00:00:00Z\n", "2024-05-01T00:00:00Z\n").replace("sponsor", "champion")
    assert company.load_one("new/Contact.csv", CONTACT + newer).rows_loaded == 1
    assert company.load_one("torn2/Contact.csv", CONTACT + newer.rstrip("\n") + ",x\n").rows_quarantined == 1
    company.load_one(
        "new/Event.csv", EVENT + "00UC,001A,003A,Call with Jane Doe,QBR,2024-03-01T00:00:00Z,2024-03-01T00:00:00Z\n"
    )
    assert company.rows("Contact", "LastName, Role__c")[-1] == (pseudonym, "champion")
    assert "jane" not in decoded(company).replace("jane doering", "")


def test_a_member_of_staff_keeps_the_hours_under_the_pseudonym(tmp_path: Path) -> None:
    company = LandingCompany(tmp_path)
    company.put("people.csv", "email,full_name,manager_email\nd@own.example,Dana Reyes,m@own.example\n")
    entry = "time_entry_id,person_email,spent_on,hours,activity\n"
    company.put(
        "time_entries.csv", entry + "T1,D@own.example,2024-01-01,1.5,Training\nT2,m@own.example,2024-01-01,1,Call\n"
    )
    company.put("account_owners.csv", "account_id,email,role,from_on\nA1,d@own.example,csm,2024-01-01\n")
    company.load()
    erasure = removed(company, "d@own.example")
    address = f"{erasure.pseudonym}@erased.invalid"
    assert erasure.is_staff
    assert company.rows("people", "email, full_name, manager_email") == [(address, erasure.pseudonym, "m@own.example")]
    assert company.rows("time_entries", "person_email, hours") == [(address, "1.5"), ("m@own.example", "1")]
    assert company.rows("account_owners", "email") == [(address,)]
    again = company.load_one(
        "again/people.csv", "email,full_name,manager_email\nd@own.example,Dana Reyes,m@own.example\n"
    )
    assert (again.rows_loaded, again.rows_duplicate) == (0, 1), "a key that is an address is the same record still"


def test_an_erasure_that_was_killed_is_finished_by_the_next(
    company: LandingCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewrite, calls = forgetting._rewrite, iter(range(100))

    def killing(*arguments: object) -> None:
        if next(calls) == 2:
            raise KeyboardInterrupt
        rewrite(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(forgetting, "_rewrite", killing)
    with pytest.raises(KeyboardInterrupt):
        removed(company, "jane.doe@client.example")
    monkeypatch.undo()
    removed(company, "jane.doe@client.example")
    assert "jane.doe" not in decoded(company) and "jane doe " not in decoded(company)


def test_an_erasure_that_was_killed_before_its_end_is_finished_when_no_record_names_the_person_any_more(
    company: LandingCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(forgetting, "_remove_leftovers", killed)
    with pytest.raises(KeyboardInterrupt):
        removed(company, "jane.doe@client.example")
    monkeypatch.undo()
    (pseudonym,) = {found for (found,) in company.query(f"select pseudonym from {company.zone.erasures_relation()}")}
    assert removed(company, "jane.doe@client.example").pseudonym == pseudonym
    with pytest.raises(UsageError, match="nothing that is kept knows"):
        removed(company, "jane.doe@client.example")


def test_what_was_changed_is_on_record_when_the_rest_was_not_reached(
    company: LandingCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewrite, calls = forgetting._rewrite, iter(range(100))

    def failing(*arguments: object) -> None:
        if next(calls) == 3:
            raise OSError("no space left on device")
        rewrite(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(forgetting, "_rewrite", failing)
    with pytest.raises(OSError, match="no space"):
        removed(company, "jane.doe@client.example")
    noted = dict(company.query(f"select file, hash_after from {company.zone.erasures_relation()}"))
    assert len(noted) == 3
    for file, known in noted.items():
        assert hashlib.sha256((company.home / file).read_bytes()).hexdigest() == known


def test_a_namesake_keeps_name_and_records(tmp_path: Path) -> None:
    company = LandingCompany(tmp_path)
    company.put(
        "people.csv", "email,full_name\na@own.example,Dana Reyes\nb@own.example,Dana Reyes\nc@own.example,Eli Okafor\n"
    )
    company.load()
    pseudonym = removed(company, "b@own.example").pseudonym
    assert company.rows("people", "email, full_name") == [
        ("a@own.example", "Dana Reyes"),
        (f"{pseudonym}@erased.invalid", pseudonym),
        ("c@own.example", "Eli Okafor"),
    ]


@pytest.mark.parametrize(
    ("label", "is_the_person"),
    [
        ("Dana Reyes", False),
        ("Dana Reyes (2)", True),
        ("Dana  Smith", True),
        ("Dana Smith (3)", True),
        ("Dana", False),
        ("Dana Reyes-Smith", False),
    ],
)
def test_a_published_label_is_the_person_when_no_other_bears_it(label: str, is_the_person: bool) -> None:
    person = Person("d@own.example", {"d@own.example"}, names={"Dana Reyes", "Dana Smith"}, of_others={"dana reyes"})
    person.show(["Dana Reyes (2)"])
    assert person.is_shown_as(label) is is_the_person
    assert person.is_staff


def test_what_is_kept_of_a_person_is_a_salted_hash(company: LandingCompany) -> None:
    removed(company, "jane.doe@client.example")
    register = company.zone.tombstones
    assert register.stat().st_mode & 0o777 == 0o600
    tombstones = Tombstones.read(register)
    assert tombstones is not None
    assert tombstones.find(EMAIL, " JANE.DOE@client.example") == tombstones.find(NAME, "doe  jane")
    other = Tombstones.read_or_new(company.folder / "nothing.json")
    assert other.hash("jane.doe@client.example") != tombstones.hash("jane.doe@client.example"), "the salt differs"


@pytest.mark.parametrize("person", ["nobody@client.example", "003Z", "Jane Doe", ""])
def test_somebody_who_is_not_known_is_an_error(company: LandingCompany, person: str) -> None:
    with pytest.raises(UsageError, match="nothing that is kept knows"):
        removed(company, person)


def test_the_ledger_of_an_empty_home_is_left_alone(company: LandingCompany) -> None:
    removed(company, "003A")
    assert Ledger.of(company.home).segments() == []
