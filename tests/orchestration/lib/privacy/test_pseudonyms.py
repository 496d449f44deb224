"""Personal data replaced by a keyed hash while they are loaded."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from pathlib import Path

import pytest

from orchestration.lib.errors import UsageError
from orchestration.lib.home import Home
from orchestration.lib.privacy import Pseudonyms
from orchestration.lib.quarantine import Replay, list_faults, replay
from tests.orchestration.lib.landing_company import LandingCompany

KEY = "a long and random key of this company"
SETTINGS = '[privacy]\npseudonymise = ["contact", "staff", "free_text"]\n'
CONTACTS = "contact_id,account_id,role,email\n"


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LandingCompany:
    monkeypatch.setenv("POSTSALE_PRIVACY_KEY", KEY)
    return LandingCompany(tmp_path, settings=SETTINGS)


def keyed(value: str, key: str = KEY) -> str:
    return hmac.new(key.encode(), value.encode(), hashlib.sha256).hexdigest()


def everything(company: LandingCompany) -> str:
    """Every stored value as text."""
    found = []
    for file in company.home.rglob("*.parquet"):
        found += company.query(f"select * from read_parquet('{file}', hive_partitioning=false)")
    return str(found)


@pytest.mark.parametrize("key", [KEY, "k" * 64, "a key that is longer than one block of the hash" * 4])
def test_an_address_becomes_its_hmac_and_stays_an_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("POSTSALE_PRIVACY_KEY", key)
    company = LandingCompany(tmp_path, settings=SETTINGS)
    company.load_one("contacts.csv", CONTACTS + "C1,A1,sponsor, Jane.Doe@Client.example \nC2,A1,user,\n")
    assert company.rows("contacts", "contact_id, email") == [
        ("C1", f"p-{keyed('jane.doe@client.example', key)[:32]}@pseudonym.invalid"),
        ("C2", None),
    ]
    assert "jane" not in everything(company).lower()


def test_one_address_has_one_pseudonym_everywhere_so_that_joins_hold(company: LandingCompany) -> None:
    company.put("people.csv", "email,full_name\nDana@Own.example,Dana Reyes\n")
    company.put("accounts.csv", "account_id,account_name,csm_email\nA1,Alder,dana@own.example\n")
    company.put(
        "time_entries.csv",
        "time_entry_id,person_email,spent_on,hours,activity\nT1,DANA@own.example,2024-01-01,1,Training\n",
    )
    company.put_policy(
        "operating_models.csv", "csm_email,operating_model,from_on\ndana@own.example,separated,2024-01-01\n"
    )
    company.load_all()
    addresses = {
        company.rows("people", "email")[0],
        company.rows("accounts", "csm_email")[0],
        company.rows("time_entries", "person_email")[0],
        company.rows("operating_models", "csm_email", connector="policy")[0],
    }
    assert len(addresses) == 1
    assert company.rows("people", "full_name") == [("Dana Reyes",)], "names of staff stand on the pages"


def test_texts_keep_their_length_and_blanks_stay_blank(company: LandingCompany) -> None:
    header = "handoff_id,account_id,kind,goals,risks,stakeholder_sponsor\n"
    company.load_one("handoffs.csv", header + 'H1,A1,sales_to_onboarding,"  Go  live  by May ",x,\n')
    ((goals, risks, sponsor),) = company.rows("handoffs", "goals, risks, stakeholder_sponsor")
    assert (len(goals), len(risks), sponsor) == (len("Go live by May"), 1, None)
    assert re.fullmatch(r"p-[0-9a-f]+", goals)


def test_what_the_contract_does_not_know_is_withheld(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTSALE_PRIVACY_KEY", KEY)
    company = LandingCompany(tmp_path, connector="segment", settings=SETTINGS)
    call = {
        "messageId": "m1",
        "type": "track",
        "event": "Signed In",
        "userId": "usr_1",
        "timestamp": "2024-01-01T00:00:00Z",
        "context": {"groupId": "A1", "traits": {"email": "jane@client.example"}},
    }
    broken = {**call, "messageId": "m2", "timestamp": "yesterday"}
    company.load_one("track.jsonl", json.dumps(call) + "\n" + json.dumps(broken) + "\n{jane@client.example\n")
    assert company.rows("track", "userId, groupId, _extra") == [
        (f"p-{keyed('usr_1')[:32]}", "A1", '{"context":"withheld"}')
    ]
    parsed, torn = (raw for (raw,) in company.quarantine("raw_record"))
    record = json.loads(parsed)
    assert (record["userId"], record["context"]["groupId"]) == (f"p-{keyed('usr_1')[:32]}", "A1")
    assert "withheld" in torn
    assert "jane" not in everything(company) and "usr_1" not in everything(company)


def test_a_bad_address_is_still_rejected_and_not_told(company: LandingCompany) -> None:
    company.load_one("contacts.csv", CONTACTS + "C1,A1,sponsor,jane at client\nC2,A1,user,ok@client.example\n")
    ((reason, detail, raw),) = company.quarantine("reason, detail, raw_record")
    assert (reason, detail) == ("bad_type", "the value in email is not an e-mail address")
    assert "jane" not in raw


def test_the_same_bytes_are_not_loaded_twice_and_the_same_row_is_a_duplicate(company: LandingCompany) -> None:
    content = CONTACTS + "C1,A1,sponsor,jane@client.example\n"
    company.load_one("contacts.csv", content)
    assert company.load() == []
    record = company.load_one("again/contacts.csv", content + "C2,A1,user,\n")
    assert (record.rows_loaded, record.rows_duplicate) == (1, 1)
    assert company.loads("file_hash")[0] == (hashlib.sha256(content.encode()).hexdigest(),)


def test_a_mended_row_is_replaced_once(company: LandingCompany) -> None:
    company.load_one("contacts.csv", CONTACTS + "C1,A1,boss,jane@client.example\n")
    faults = list_faults(Home(company.home))
    replay(Home(company.home), Replay(tuple(faults), {"role": "sponsor"}, pseudonyms=Pseudonyms.of(company.config)))
    assert company.rows("contacts", "role, email") == [
        ("sponsor", f"p-{keyed('jane@client.example')[:32]}@pseudonym.invalid")
    ]


def test_without_a_key_nothing_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POSTSALE_PRIVACY_KEY", raising=False)
    company = LandingCompany(tmp_path, settings=SETTINGS)
    company.put("contacts.csv", CONTACTS + "C1,A1,sponsor,jane@client.example\n")
    with pytest.raises(UsageError, match=r"\$POSTSALE_PRIVACY_KEY is not set"):
        company.load()
    monkeypatch.setenv("POSTSALE_PRIVACY_KEY", "short")
    with pytest.raises(UsageError, match="shorter than 16"):
        company.load()
    assert company.loads() == []


def test_the_key_is_stored_nowhere(company: LandingCompany) -> None:
    company.load_one("contacts.csv", CONTACTS + "C1,A1,sponsor,jane@client.example\n")
    assert KEY not in repr(Pseudonyms.of(company.config))
    for file in company.folder.rglob("*"):
        assert not file.is_file() or KEY.encode() not in file.read_bytes(), file
    assert KEY not in everything(company)
