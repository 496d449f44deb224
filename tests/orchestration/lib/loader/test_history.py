"""What a file says now against what was said before: versions, duplicates, withdrawals."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from orchestration.lib.loader import load_policy, prepare_raw_zone
from tests.orchestration.lib.landing_company import ACCOUNTS, LandingCompany

ORGANIZATION = '{"id":%s,"name":"%s","updated_at":"%s"}\n'


@pytest.fixture
def company(tmp_path: Path) -> LandingCompany:
    return LandingCompany(tmp_path)


def test_loading_again_adds_nothing(company: LandingCompany) -> None:
    company.put("accounts.csv", ACCOUNTS + "A1,Acme,\nA1,Acme,x\n")
    company.put("usage_events.jsonl", "{}\n")
    company.load()
    before = company.state()
    assert company.load() == []
    assert company.state() == before


def test_a_changed_file_adds_versions_of_changed_rows_alone(company: LandingCompany) -> None:
    company.load_one("accounts.csv", ACCOUNTS + "A1,Acme,old\nA2,Beta,\n")
    record = company.load_one("accounts.csv", ACCOUNTS + "A1,Acme,new\nA2,Beta,\nA3,Gamma,\n")
    assert (record.rows_arrived, record.rows_loaded, record.rows_duplicate, record.rows_withdrawn) == (3, 2, 1, 0)
    assert [row[0] for row in company.rows("accounts", "industry")] == ["old", None, "new", None]
    assert company.current("accounts", "account_id", "industry") == {"A1": "new", "A2": None, "A3": None}


def test_content_that_comes_back_counts_again(company: LandingCompany) -> None:
    contents = [ACCOUNTS + "A1,Acme,a\n", ACCOUNTS + "A1,Acme,b\n"]
    for content in (*contents, contents[0]):
        assert company.load_one("accounts.csv", content).rows_loaded == 1
    assert company.current("accounts", "account_id", "industry") == {"A1": "a"}


def test_records_that_leave_their_file_are_withdrawn_and_may_return(company: LandingCompany) -> None:
    both, one = ACCOUNTS + "A1,Acme,\nA2,Beta,retail\n", ACCOUNTS + "A1,Acme,\n"
    company.load_one("accounts.csv", both)
    record = company.load_one("accounts.csv", one)
    assert (record.rows_duplicate, record.rows_loaded, record.rows_withdrawn) == (1, 0, 1)
    assert company.current("accounts", "account_id", "industry") == {"A1": None}
    last = company.rows("accounts", "account_id, account_name, industry, _row_number, _is_withdrawn, _file")[-1]
    assert last == ("A2", "Beta", "retail", None, True, "accounts.csv")
    record = company.load_one("accounts.csv", both)
    assert (record.rows_loaded, record.rows_duplicate) == (1, 1)
    assert company.current("accounts", "account_id", "industry") == {"A1": None, "A2": "retail"}


def test_a_withdrawn_record_is_withdrawn_once(company: LandingCompany) -> None:
    for names in ("A1 A2 A3", "A1 A2", "A1", "A1 A4"):
        company.load_one("accounts.csv", ACCOUNTS + "".join(f"{name},n,\n" for name in names.split()))
    withdrawn = [row[0] for row in company.rows("accounts", "account_id, _is_withdrawn") if row[1]]
    assert withdrawn == ["A3", "A2"]


def test_a_file_emptied_down_to_its_header_withdraws_its_records(company: LandingCompany) -> None:
    company.load_one("accounts.csv", ACCOUNTS + "A1,Acme,\n")
    assert company.load_one("accounts.csv", ACCOUNTS).rows_withdrawn == 1
    assert company.current("accounts", "account_id", "industry") == {}


def test_a_record_stays_when_its_row_arrives_damaged(company: LandingCompany) -> None:
    header = "account_id,account_name,acv\n"
    company.load_one("accounts.csv", header + "A1,Acme,1\nA2,Beta,2\n")
    record = company.load_one("accounts.csv", header + "A1,Acme,1\nA2,Beta,two\n")
    assert (record.rows_quarantined, record.rows_withdrawn) == (1, 0)


def test_nothing_is_withdrawn_by_a_file_with_an_unreadable_row(company: LandingCompany) -> None:
    company.load_one("accounts.csv", ACCOUNTS + "A1,Acme,\nA2,Beta,\nA3,Gamma,\n")
    assert company.load_one("accounts.csv", ACCOUNTS + "A1,Acme,\nA2,B").rows_withdrawn == 0
    assert sorted(company.current("accounts", "account_id", "industry")) == ["A1", "A2", "A3"]


def test_a_refused_file_leaves_what_was_loaded_before(company: LandingCompany) -> None:
    company.load_one("accounts.csv", ACCOUNTS + "A1,Acme,\n")
    assert company.load_one("accounts.csv", b"").status == "quarantined"
    assert sorted(company.current("accounts", "account_id", "industry")) == ["A1"]


def test_a_vanished_file_keeps_its_rows(company: LandingCompany) -> None:
    path = company.put("accounts.csv", ACCOUNTS + "A1,Acme,\n")
    company.load()
    path.unlink()
    assert company.load() == []
    assert sorted(company.current("accounts", "account_id", "industry")) == ["A1"]


def test_a_file_that_was_moved_goes_on_under_its_new_name(company: LandingCompany) -> None:
    path = company.put("accounts.csv", ACCOUNTS + "A1,Acme,\nA2,Beta,\n")
    company.load()
    (company.landing / "exports").mkdir()
    path.rename(company.landing / "exports" / "accounts.csv")
    (record,) = company.load()
    assert record.status == "duplicate_file"
    assert company.load_one("exports/accounts.csv", ACCOUNTS + "A1,Acme,\n").rows_withdrawn == 1
    assert sorted(company.current("accounts", "account_id", "industry")) == ["A1"]


def test_other_files_of_an_object_are_not_touched_by_one(company: LandingCompany) -> None:
    company.load_one("north/accounts.csv", ACCOUNTS + "A1,Acme,\n")
    company.load_one("south/accounts.csv", ACCOUNTS + "A2,Beta,\n")
    company.load_one("north/accounts.csv", ACCOUNTS + "A3,Gamma,\n")
    assert sorted(company.current("accounts", "account_id", "industry")) == ["A2", "A3"]


def test_the_same_bytes_under_another_name_are_a_duplicate_file(company: LandingCompany) -> None:
    content = ACCOUNTS + "A1,Acme,\nA2,,\nA1,Acme,\n"
    first = company.load_one("accounts.csv", content)
    before = company.quarantine(), company.rows("accounts")
    record = company.load_one("copy/accounts.csv", content)
    assert (record.status, record.rows_arrived, record.rows_duplicate, record.rows_loaded) == (
        "duplicate_file",
        3,
        3,
        0,
    )
    assert first.load_id in (record.detail or "")
    assert (company.quarantine(), company.rows("accounts")) == before
    assert company.load() == []


def test_the_same_bytes_count_where_another_file_had_changed_the_record(company: LandingCompany) -> None:
    company.load_one("a/accounts.csv", ACCOUNTS + "A1,Acme,one\n")
    company.load_one("b/accounts.csv", ACCOUNTS + "A1,Acme,two\n")
    assert company.load_one("c/accounts.csv", ACCOUNTS + "A1,Acme,one\n").rows_loaded == 1
    assert company.current("accounts", "account_id", "industry") == {"A1": "one"}


def test_equal_rows_of_another_file_are_duplicates(company: LandingCompany) -> None:
    company.load_one("a/accounts.csv", ACCOUNTS + "A1,Acme,\nA2,Beta,\n")
    record = company.load_one("b/accounts.csv", ACCOUNTS + "A2,Beta,\nA3,Gamma,\n")
    assert (record.rows_loaded, record.rows_duplicate) == (1, 1)


def test_a_version_that_is_stored_is_a_duplicate_even_when_a_newer_one_is(tmp_path: Path) -> None:
    company = LandingCompany(tmp_path, connector="zendesk")
    first = ORGANIZATION % (1, "a", "2024-01-01T00:00:00Z")
    second = ORGANIZATION % (1, "b", "2024-02-01T00:00:00Z")
    company.load_one("delivered=2024-01-31/organizations.jsonl", first)
    company.load_one("delivered=2024-02-29/organizations.jsonl", second)
    record = company.load_one(
        "delivered=2024-03-31/organizations.jsonl", first + ORGANIZATION % (2, "c", "2024-03-01T00:00:00Z")
    )
    assert (record.rows_duplicate, record.rows_loaded) == (1, 1)


def test_a_delivery_that_comes_in_late_tells_what_was_known_then(company: LandingCompany) -> None:
    company.load_one("delivered=2024-07-01/accounts.csv", ACCOUNTS + "A1,Acme,x\n")
    record = company.load_one("delivered=2024-04-01/accounts.csv", ACCOUNTS + "A1,Acme,x\nA1,Acme,x\n")
    assert (record.rows_loaded, record.rows_duplicate) == (1, 1)
    known = [row[0] for row in company.rows("accounts", "_known_at")]
    assert sorted(known) == [datetime(2024, 4, 1), datetime(2024, 7, 1)]


def test_a_folder_dated_ahead_of_the_clock_hides_nothing(company: LandingCompany) -> None:
    record = company.load_one("delivered=2999-01-01/accounts.csv", ACCOUNTS + "A1,Acme,x\n")
    assert record.known_at == record.loaded_at < datetime(2999, 1, 1)


def test_versions_are_remembered_between_runs_and_within_one(company: LandingCompany) -> None:
    for number, names in enumerate((["A1"], ["A1", "A2"], ["A2", "A1"])):
        company.put(
            f"delivered=2024-0{number + 1}-01/accounts.csv", ACCOUNTS + "".join(f"{name},n,\n" for name in names)
        )
    assert [record.rows_duplicate for record in company.load()] == [0, 1, 2]
    record = company.load_one("delivered=2024-05-01/accounts.csv", ACCOUNTS + "A2,n,\nA9,n,\n")
    assert (record.rows_duplicate, record.rows_loaded) == (1, 1)


def test_two_sources_of_a_connector_do_not_mix(tmp_path: Path) -> None:
    company = LandingCompany(tmp_path, settings='[sources.other]\nconnector = "canonical"\npath = "elsewhere"\n')
    (tmp_path / "elsewhere").mkdir()
    company.put("accounts.csv", ACCOUNTS + "A1,Acme,\n")
    shutil.copy(company.landing / "accounts.csv", tmp_path / "elsewhere" / "accounts.csv")
    from orchestration.lib.loader import load_source

    company.load()
    (record,) = load_source(company.config, company.home, "other")
    assert (record.status, record.rows_loaded, record.source) == ("loaded", 1, "other")
    assert [row[0] for row in company.rows("accounts", "_source")] == ["company", "other"]


def test_policy_tables_replace_their_defaults_one_by_one(company: LandingCompany) -> None:
    prepare_raw_zone(company.home)
    bundled = {record.object: record for record in load_policy(company.config, company.home)}
    assert bundled["segments"].rows_loaded == 3
    assert bundled["segments"].file == "segments.csv"
    company.put_policy("segments.csv", "segment,acv_from,acv_below,target_days\nsmall,0,10,5\nlarge,10,,9\n")
    (record,) = load_policy(company.config, company.home)
    assert (record.object, record.rows_loaded, record.rows_withdrawn) == ("segments", 2, 3)
    (company.policy / "segments.csv").unlink()
    (record,) = load_policy(company.config, company.home)
    assert (record.rows_loaded, record.rows_withdrawn) == (3, 2)
    assert load_policy(company.config, company.home) == []


def test_the_first_policy_applies_to_the_time_before_it(company: LandingCompany) -> None:
    prepare_raw_zone(company.home)
    load_policy(company.config, company.home)
    company.put_policy("holidays.csv", "holiday_on,name\n2024-01-01,New Year\n")
    load_policy(company.config, company.home)
    known = [
        row[0] for row in company.rows("holidays", "distinct _known_at, _load_id, _is_withdrawn, _row_number", "policy")
    ]
    assert known[0] == datetime(1970, 1, 1)
    assert known[-1] > datetime(2024, 1, 1)
