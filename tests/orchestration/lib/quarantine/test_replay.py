"""Quarantined rows: found, explained, mended, and appended to the raw zone without touching what is there."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orchestration.lib.errors import UsageError
from orchestration.lib.home import Home
from orchestration.lib.loader import zone as raw_zone
from orchestration.lib.loader.load import InputError
from orchestration.lib.quarantine import (
    Fault,
    Replay,
    Selection,
    find_fault,
    list_faults,
    load_balance,
    preview,
    replay,
)
from orchestration.lib.quarantine.explain import explain
from orchestration.lib.quarantine.replay import StillRejectedError
from tests.orchestration.lib.landing_company import ACCOUNTS, SUBSCRIPTIONS, LandingCompany

GOOD = "S1,A1,core,2024-01-01,2024-12-31,100,USD\n"
BAD_AMOUNT = "S2,A1,core,2024-01-01,,12.000,USD\n".replace("12.000", '"12.000,00"')
NEGATIVE = "S3,A1,core,2024-01-01,,-5,USD\n"


@pytest.fixture
def company(tmp_path: Path) -> LandingCompany:
    return LandingCompany(tmp_path)


def home_of(company: LandingCompany) -> Home:
    return Home(company.home)


def only(company: LandingCompany) -> Fault:
    (fault,) = list_faults(home_of(company))
    return fault


def mend(company: LandingCompany, *faults: Fault, file: Path | None = None, **changes: str) -> Any:
    return replay(home_of(company), Replay(faults, changes, file))


def fingerprints(company: LandingCompany) -> dict[str, str]:
    return {
        str(path.relative_to(company.home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(company.zone.root.rglob("*.parquet"))
    }


def test_list_narrows_down_by_source_object_reason_and_day(company: LandingCompany) -> None:
    company.load_one("subscriptions.csv", SUBSCRIPTIONS + GOOD + BAD_AMOUNT + NEGATIVE)
    company.load_one("accounts.csv", "account_id,account_name\nA1,\n")
    home = home_of(company)
    found = [(fault.object, fault.row_number, fault.reason, fault.status) for fault in list_faults(home)]
    assert found == [
        ("subscriptions", 3, "bad_type", "open"),
        ("subscriptions", 4, "negative_amount", "open"),
        ("accounts", 2, "missing_value", "open"),
    ]
    assert [fault.row_number for fault in list_faults(home, Selection(reason="negative_amount"))] == [4]
    assert [fault.object for fault in list_faults(home, Selection(object="accounts"))] == ["accounts"]
    loaded_on = list_faults(home)[0].loaded_at.date()
    assert len(list_faults(home, Selection(since=loaded_on))) == 3
    assert list_faults(home, Selection(since=loaded_on.replace(year=loaded_on.year + 1))) == []
    with pytest.raises(UsageError, match="bad_type, missing_value, negative_amount"):
        list_faults(home, Selection(reason="bad_typ"))


def test_find_takes_the_start_of_an_id_when_it_is_the_only_one(company: LandingCompany) -> None:
    company.load_one("subscriptions.csv", SUBSCRIPTIONS + BAD_AMOUNT + NEGATIVE)
    first, second = list_faults(home_of(company))
    assert find_fault(home_of(company), second.quarantine_id[:8]) == second
    assert find_fault(home_of(company), first.quarantine_id.upper()) == first
    for wrong in ("", "abc", "zzzzzzzz"):
        with pytest.raises(UsageError):
            find_fault(home_of(company), wrong)


def test_show_names_the_value_and_the_mend(company: LandingCompany) -> None:
    company.load_one("subscriptions.csv", SUBSCRIPTIONS + BAD_AMOUNT)
    told = explain(home_of(company), only(company))
    assert told["value"] == "12.000,00"
    assert told["record"]["subscription_id"] == "S2"
    assert told["mend"].endswith(f"postsale quarantine replay {told['quarantine_id'][:8]} --set arr=VALUE")


def test_a_mended_row_is_a_load_of_its_own_and_keeps_its_origin(company: LandingCompany) -> None:
    company.load_one("subscriptions.csv", SUBSCRIPTIONS + GOOD + BAD_AMOUNT)
    before = fingerprints(company)
    fault = only(company)
    (record,) = mend(company, fault, arr="12000")
    assert (record.status, record.rows_arrived, record.rows_loaded, record.rows_quarantined) == ("replayed", 1, 1, 0)
    after = fingerprints(company)
    assert {name: after[name] for name in before} == before, "what was stored is as it was"
    assert company.rows("subscriptions", "subscription_id, arr, _file, _row_number, _load_id") == [
        ("S1", "100", "subscriptions.csv", 2, fault.load_id),
        ("S2", "12000", "subscriptions.csv", 3, record.load_id),
    ]
    ((known_at, loaded_at),) = company.query(
        f"select _known_at, _loaded_at from {company.zone.object_relation('canonical', 'subscriptions')} "
        "where subscription_id = 'S2'"
    )
    assert known_at == loaded_at == record.known_at > fault.known_at, "it arrives when it is replayed"
    replayed = only(company)
    assert (replayed.status, replayed.replayed_by_load) == ("replayed", record.load_id)
    assert replace(replayed, status="open", replayed_by_load=None) == fault


def test_a_replay_is_not_undone_by_reading_the_folder_again(company: LandingCompany) -> None:
    company.load_one("subscriptions.csv", SUBSCRIPTIONS + GOOD + BAD_AMOUNT)
    mend(company, only(company), arr="12000")
    assert company.load() == []
    company.load_one("subscriptions.csv", SUBSCRIPTIONS + GOOD + BAD_AMOUNT + "S4,A1,core,2024-01-01,,1,USD\n")
    assert company.current("subscriptions", "subscription_id", "arr") == {"S1": "100", "S2": "12000", "S4": "1"}


def test_a_corrected_file_takes_over_from_a_replay(company: LandingCompany) -> None:
    company.load_one("subscriptions.csv", SUBSCRIPTIONS + GOOD + BAD_AMOUNT)
    mend(company, only(company), arr="12000")
    record = company.load_one("subscriptions.csv", SUBSCRIPTIONS + GOOD + "S2,A1,core,2024-01-01,,12000,USD\n")
    assert (record.rows_loaded, record.rows_duplicate) == (0, 2), "the same row is known already"
    company.load_one("subscriptions.csv", SUBSCRIPTIONS + GOOD)
    assert company.current("subscriptions", "subscription_id", "arr") == {"S1": "100"}, "a row that left is withdrawn"


def test_preview_changes_nothing_and_says_what_would_come(company: LandingCompany) -> None:
    company.load_one("subscriptions.csv", SUBSCRIPTIONS + GOOD + "S1,A1,core,2024-01-01,2024-12-31,150,USD\n")
    before = fingerprints(company)
    fault = only(company)
    assert fault.reason == "conflicting_duplicate"
    shown = preview(home_of(company), Replay((fault,), {}))
    assert fingerprints(company) == before
    (row,) = (judged.row for judged in shown.rows)
    assert (row.outcome, row.changes) == ("supersedes", {"arr": ("100", "150")})
    assert (shown.effect, shown.no_effect_because) == (None, "nothing was published yet")
    added = preview(home_of(company), Replay((fault,), {"subscription_id": "S9"})).rows[0].row
    assert (added.outcome, added.before) == ("adds", None)
    mend(company, fault)
    assert company.current("subscriptions", "subscription_id", "arr") == {"S1": "150"}


def test_an_older_version_does_not_supersede_a_newer_one(tmp_path: Path) -> None:
    company = LandingCompany(tmp_path, connector="zendesk")
    line = '{"id":1,"name":%s,"updated_at":"%s"}\n'
    company.load_one(
        "organizations.jsonl",
        line % ("null", "2024-01-01T00:00:00Z") + line % ('"new"', "2024-02-01T00:00:00Z"),
    )
    shown = preview(home_of(company), Replay((only(company),), {"name": "old"}))
    assert [judged.row.outcome for judged in shown.rows] == ["older version"]


def test_rows_that_are_still_wrong_are_not_loaded(company: LandingCompany) -> None:
    company.load_one("subscriptions.csv", SUBSCRIPTIONS + GOOD + BAD_AMOUNT + NEGATIVE)
    before = fingerprints(company)
    faults = list_faults(home_of(company))
    shown = preview(home_of(company), Replay(tuple(faults), {"arr": "-1"}))
    assert [judged.row.reason for judged in shown.rejected] == ["negative_amount", "negative_amount"]
    with pytest.raises(StillRejectedError, match=r"subscriptions.csv row 3: still negative_amount.*1 more.*nothing"):
        mend(company, *faults, arr="-1")
    assert fingerprints(company) == before


def test_a_contract_that_allows_it_now_lets_the_stored_record_in(
    company: LandingCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.load_one("people.csv", "email,function\na@b.example,marketing\nc@d.example,marketing\n")
    faults = list_faults(home_of(company), Selection(reason="not_allowed"))
    with pytest.raises(StillRejectedError):
        mend(company, *faults)
    from orchestration.lib.contracts import load_connectors

    people = load_connectors()["canonical"].objects["people"]
    function = people.columns["function"]
    monkeypatch.setitem(people.columns, "function", function.model_copy(update={"allowed": ("marketing",)}))
    (record,) = mend(company, *faults)
    assert record.rows_loaded == 2
    assert company.rows("people", "email, function, _row_number") == [
        ("a@b.example", "marketing", 2),
        ("c@d.example", "marketing", 3),
    ]


def test_json_lines_are_mended_along_their_path_and_keep_what_is_beside_it(tmp_path: Path) -> None:
    company = LandingCompany(tmp_path, connector="harvest")
    line = {
        "id": 7,
        "spent_date": "2024-01-05",
        "hours": "two",
        "user": {"id": 4, "name": "Ada"},
        "task": {"id": 1, "name": "Training"},
        "updated_at": "2024-01-05T10:00:00Z",
        "is_locked": False,
    }
    company.load_one("time_entries.jsonl", json.dumps(line) + "\n")
    mend(company, only(company), hours="2", user_id="5")
    assert company.rows("time_entries", "hours, user_id, user_name, _extra") == [
        ("2", "5", "Ada", '{"is_locked":false}')
    ]


def test_a_mended_row_is_a_duplicate_of_the_same_row_delivered_later(company: LandingCompany) -> None:
    header = "account_id,account_name,acv,note\n"
    company.load_one("accounts.csv", header + "A1,Acme,x,é 'x' \"\n".replace('"', '""'))
    mend(company, only(company), acv="5")
    record = company.load_one("later/accounts.csv", header + "A1,Acme,5,é 'x' \"\n".replace('"', '""'))
    assert (record.rows_loaded, record.rows_duplicate) == (0, 1)


@pytest.mark.parametrize(
    ("line", "reason"),
    [("S2,A1,core,2024-01-01,,5,USD,x", "too_many_fields"), ("S2,A1,core,2024-01-01,,5", "too_few_fields")],
)
def test_a_row_that_cannot_be_taken_apart_is_mended_by_a_file(
    company: LandingCompany, line: str, reason: str, tmp_path: Path
) -> None:
    company.load_one("subscriptions.csv", SUBSCRIPTIONS + GOOD + line + "\n" + GOOD.replace("S1", "S3"))
    fault = only(company)
    assert fault.reason == reason
    with pytest.raises(UsageError, match="--file"):
        mend(company, fault, currency="USD")
    file = tmp_path / "mended.csv"
    file.write_text(SUBSCRIPTIONS + GOOD.replace("S1", "S2") + GOOD.replace("S1", "S4"))
    with pytest.raises(InputError, match="2 rows for 1 quarantined"):
        mend(company, fault, file=file)
    file.write_text(SUBSCRIPTIONS + GOOD.replace("S1", "S2"))
    (record,) = mend(company, fault, file=file)
    assert company.rows("subscriptions", "subscription_id, _row_number, _file")[-1] == ("S2", 3, "subscriptions.csv")
    assert only(company).replayed_by_load == record.load_id


def test_a_row_of_another_kind_that_parses_by_the_header_is_mended_by_column(company: LandingCompany) -> None:
    """One broken row sends the file to the careful reader, which keeps every row as its text."""
    company.load_one("subscriptions.csv", SUBSCRIPTIONS + "S2;x\n" + BAD_AMOUNT.replace("S2", "S5"))
    fault = next(fault for fault in list_faults(home_of(company)) if fault.reason == "bad_type")
    assert fault.raw_record is not None and fault.raw_record.startswith("S5,")
    mend(company, fault, arr="7")
    assert company.rows("subscriptions", "subscription_id, arr, currency, _row_number") == [("S5", "7", "USD", 3)]


def test_a_refused_file_is_replayed_whole(company: LandingCompany, tmp_path: Path) -> None:
    refused = company.load_one("old/accounts.csv", "account_id,account_name\nA1,Jürgen\n".encode("latin-1"))
    fault = only(company)
    assert fault.is_whole_file
    with pytest.raises(UsageError, match="whole file"):
        mend(company, fault)
    file = tmp_path / "mended.csv"
    file.write_text(ACCOUNTS + "A1,Jürgen,\nA2,,\n", encoding="utf-8")
    (record,) = mend(company, fault, file=file)
    assert (record.file, record.rows_loaded, record.rows_quarantined) == ("old/accounts.csv", 1, 1)
    assert company.rows("accounts", "account_name, _file, _row_number") == [("Jürgen", "old/accounts.csv", 2)]
    replayed, again = list_faults(home_of(company))
    assert (replayed.load_id, replayed.replayed_by_load) == (refused.load_id, record.load_id)
    assert (again.reason, again.status, again.load_id) == ("missing_value", "open", record.load_id)


def test_what_cannot_be_replayed_says_why(company: LandingCompany, tmp_path: Path) -> None:
    company.put_policy("segments.csv", "segment,acv_from,target_days\nhybrid,x,30\n")
    company.put("subscriptions.csv", SUBSCRIPTIONS + GOOD + BAD_AMOUNT)
    company.load_all()
    policy, row = list_faults(home_of(company))
    with pytest.raises(UsageError, match="policy"):
        mend(company, policy, acv_from="1")
    with pytest.raises(UsageError, match="no column 'amount'"):
        mend(company, row, amount="1")
    with pytest.raises(UsageError, match="not both"):
        mend(company, row, file=tmp_path / "x.csv", arr="1")
    with pytest.raises(UsageError, match="nothing is selected"):
        mend(company)
    mend(company, row, arr="1")
    with pytest.raises(UsageError, match="replayed by load"):
        mend(company, list_faults(home_of(company), Selection(source="company"))[0], arr="1")


def test_a_killed_replay_leaves_nothing_and_is_done_again(
    company: LandingCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.load_one("subscriptions.csv", SUBSCRIPTIONS + GOOD + BAD_AMOUNT)
    before = fingerprints(company)
    monkeypatch.setattr(raw_zone.RawZone, "manifest_file", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        mend(company, only(company), arr="12000")
    monkeypatch.undo()
    raw_zone.prepare_raw_zone(company.home)
    assert fingerprints(company) == before
    assert only(company).status == "open"
    mend(company, only(company), arr="12000")
    assert only(company).status == "replayed"


def test_every_row_that_arrived_is_accounted_for(company: LandingCompany) -> None:
    company.load_one("subscriptions.csv", SUBSCRIPTIONS + GOOD + GOOD + BAD_AMOUNT + NEGATIVE)
    company.load_one("accounts.csv", b"")
    mend(company, list_faults(home_of(company))[0], arr="12000")
    home = home_of(company)
    loads = [
        (row["object"], row["status"], row["arrived"], row["loaded"], row["duplicate"], row["quarantined"])
        for row in load_balance(home, Selection(), by_object=False)
    ]
    assert loads == [
        ("subscriptions", "loaded", 4, 1, 1, 2),
        ("accounts", "quarantined", 0, 0, 0, 0),
        ("subscriptions", "replayed", 1, 1, 0, 0),
    ]
    (accounts, subscriptions) = load_balance(home, Selection(), by_object=True)
    assert (accounts["refused_files"], accounts["difference"]) == (1, 0)
    assert {name: subscriptions[name] for name in ("arrived", "in_quarantine", "replayed", "difference")} == {
        "arrived": 5,
        "in_quarantine": 2,
        "replayed": 1,
        "difference": 0,
    }
    next((company.zone.quarantine / "canonical" / "subscriptions").glob("0*.parquet")).unlink()
    torn = load_balance(home, Selection(object="subscriptions"), by_object=True)[0]
    assert torn["quarantined"] != torn["in_quarantine"], "a lost quarantine file shows"
