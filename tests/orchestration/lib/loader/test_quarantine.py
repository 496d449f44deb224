"""Every reason for which a row or a file is set aside, with its place and what to do."""

from __future__ import annotations

import codecs
import gzip
import json
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.loader import InputError
from orchestration.lib.loader import load as loading
from tests.orchestration.lib.landing_company import ACCOUNTS, SUBSCRIPTIONS, LandingCompany

GOOD = "S1,A1,core,2024-01-01,2024-12-31,100,USD\n"
EVENT = '{"event_id":"%s","account_id":"A1","event_name":"x","occurred_at":"2024-01-01T00:00:00Z"}'


@pytest.fixture
def company(tmp_path: Path) -> LandingCompany:
    return LandingCompany(tmp_path)


@pytest.mark.parametrize(
    ("row", "reason", "column", "detail"),
    [
        ("S2,A1,core,01/02/2024,,1,USD", "bad_type", "start_date", "YYYY-MM-DD"),
        ("S2,A1,core,2024-02-30,,1,USD", "bad_type", "start_date", "YYYY-MM-DD"),
        ("S2,A1,core,0024-02-03,,1,USD", "bad_type", "start_date", "YYYY-MM-DD"),
        ('S2,A1,core,2024-01-01,,"1,000.00",USD', "bad_type", "arr", "1234.56"),
        ("S2,A1,core,2024-01-01,,1e3,USD", "bad_type", "arr", "1234.56"),
        ("S2,A1,core,2024-01-01,,$5,USD", "bad_type", "arr", "'$5'"),
        ("S2,A1,core,2024-01-01,,5,US Dollar", "bad_type", "currency", "three letters"),
        ("S2,A1,,2024-01-01,,5,USD", "missing_value", "product", "product has no value"),
        ("S2,A1,  ,2024-01-01,,5,USD", "missing_value", "product", "product has no value"),
        ("S2,A1,core,2024-01-01,,,USD", "missing_value", "arr", "missing value"),
        ("S2,A1,core,2024-01-01,2023-12-31,5,USD", "end_before_start", "end_date", "end_date 2023-12-31"),
        ("S2,A1,core,2024-01-01,,-5,USD", "negative_amount", "arr", "arr -5"),
        ("S2,A1,core,2024-01-01,,5", "too_few_fields", None, "6 of 7 fields"),
        ("S2,A1,core,2024-01-01,,5,USD,x", "too_many_fields", None, "8 fields"),
        ('S2,A1,"co"re,2024-01-01,,5,USD', "bad_quotes", None, "quote"),
    ],
)
def test_row_reasons(company: LandingCompany, row: str, reason: str, column: str | None, detail: str) -> None:
    record = company.load_one("subscriptions.csv", SUBSCRIPTIONS + GOOD + row + "\nS3,A1,core,2024-01-01,,5,\n")
    assert (record.rows_arrived, record.rows_loaded, record.rows_quarantined) == (3, 2, 1)
    ((number, found, found_column, found_detail, file),) = company.quarantine(
        "row_number, reason, column_name, detail, file"
    )
    assert (number, found, found_column, file) == (3, reason, column, "subscriptions.csv")
    assert detail in found_detail
    assert company.rows("subscriptions", "subscription_id, _row_number") == [("S1", 2), ("S3", 4)]


@pytest.mark.parametrize(
    ("row", "reason", "column"),
    [
        ("T1,not an e-mail,2024-01-01,1,Training,", "bad_type", "person_email"),
        ("T1,a@b.c,2024-01-01,-1,Training,", "negative_duration", "hours"),
        ("T1,a@b.c,2024-01-01,25,Training,", "not_allowed", "hours"),
        ("T1,a@b.c,2024-01-01,1,Training,maybe", "bad_type", "billable"),
    ],
)
def test_row_reasons_of_time_entries(company: LandingCompany, row: str, reason: str, column: str) -> None:
    header = "time_entry_id,person_email,spent_on,hours,activity,billable\n"
    company.load_one("time_entries.csv", header + "T0,a@b.c,2024-01-01,1.25,Training,Yes\n" + row + "\n")
    assert company.quarantine() == [(3, reason, column)]


def test_values_outside_a_list_or_a_range(company: LandingCompany) -> None:
    company.load_one("people.csv", "email,function,weekly_capacity_hours\na@b.c,marketing,40\nd@e.f,success,-1\n")
    assert company.quarantine("row_number, reason, column_name, detail") == [
        (
            2,
            "not_allowed",
            "function",
            "'marketing' in function is not one of: implementation, success, sales, support",
        ),
        (3, "not_allowed", "weekly_capacity_hours", "'-1' in weekly_capacity_hours is below 0"),
    ]


@pytest.mark.parametrize(
    ("value", "is_accepted"),
    [
        ("2024-01-31", True),
        ("2024-01-31T10:00", True),
        ("2024-01-31 10:00:00.5", True),
        ("2024-01-31T10:00:00.000+0000", True),
        ("2024-01-31T10:00:00-05:30", True),
        ("31.01.2024 10:00", False),
        ("2024-01-31T25:00:00Z", False),
        ("1706695200", False),
    ],
)
def test_times_are_iso_8601(company: LandingCompany, value: str, is_accepted: bool) -> None:
    header = "ticket_id,account_id,opened_at\n"
    record = company.load_one("tickets.csv", f"{header}T1,A1,{value}\n")
    assert record.rows_loaded == int(is_accepted)


def test_seconds_since_1970(tmp_path: Path) -> None:
    company = LandingCompany(tmp_path, connector="delighted")
    line = {"id": "1", "survey_type": "nps", "score": 9, "updated_at": 1, "person_properties": {"account_id": "A1"}}
    text = "".join(
        json.dumps({**line, "id": moment, "created_at": moment}) + "\n"
        for moment in (1706695200, "soon", 1706695200000)
    )
    company.load_one("survey_responses.jsonl", text)
    assert company.quarantine() == [(2, "bad_type", "created_at"), (3, "bad_type", "created_at")]


def test_same_id_with_other_content_conflicts_and_equal_rows_are_duplicates(company: LandingCompany) -> None:
    record = company.load_one(
        "accounts.csv", ACCOUNTS + "A1,Acme,x\nA2,Beta,\nA1,Acme,x\nA1,Acme,y\nA1,Acme,y\n A2 ,Beta,\n"
    )
    assert (record.rows_arrived, record.rows_loaded, record.rows_duplicate, record.rows_quarantined) == (6, 2, 1, 3)
    assert company.quarantine("row_number, reason, detail") == [
        (5, "conflicting_duplicate", "same account_id as row 2 but other content; keep one of the two"),
        (6, "conflicting_duplicate", "same account_id as row 2 but other content; keep one of the two"),
        (7, "conflicting_duplicate", "same account_id as row 3 but other content; keep one of the two"),
    ]
    assert company.current("accounts", "account_id", "industry") == {"A1": "x", "A2": None}


def test_versions_of_a_record_in_one_file_do_not_conflict(tmp_path: Path) -> None:
    company = LandingCompany(tmp_path, connector="zendesk")
    line = '{"id":1,"name":"%s","updated_at":"%s"}\n'
    record = company.load_one(
        "organizations.jsonl",
        line % ("a", "2024-01-01T00:00:00Z")
        + line % ("b", "2024-02-01T00:00:00Z")
        + line % ("c", "2024-02-01T00:00:00Z"),
    )
    assert record.rows_loaded == 2
    assert company.quarantine("row_number, reason") == [(3, "conflicting_duplicate")]


@pytest.mark.parametrize("tail", ["S9,A1,core,2024-0", 'S9,A1,"core', "S9"])
def test_last_line_that_stops_short(company: LandingCompany, tail: str) -> None:
    record = company.load_one("subscriptions.csv", SUBSCRIPTIONS + GOOD + tail)
    assert (record.rows_arrived, record.rows_loaded) == (2, 1)
    assert company.quarantine("row_number, reason, raw_record") == [(3, "truncated_line", tail)]


def test_last_line_without_newline_is_complete_when_its_fields_are(company: LandingCompany) -> None:
    assert company.load_one("subscriptions.csv", SUBSCRIPTIONS + GOOD.rstrip("\n")).rows_loaded == 1


def test_a_quote_that_is_never_closed_costs_its_own_row_alone(company: LandingCompany) -> None:
    rows = [f"A{number},Name {number},\n" for number in range(1, 6)]
    rows[1] = 'A2,"Name 2,\n'
    record = company.load_one("accounts.csv", ACCOUNTS + "".join(rows))
    assert (record.rows_loaded, record.rows_quarantined) == (4, 1)
    assert company.quarantine("row_number, reason, raw_record") == [(3, "truncated_line", 'A2,"Name 2,')]


def test_json_lines_that_are_no_record(company: LandingCompany) -> None:
    content = "\n".join([EVENT % 1, "{oops", "[1, 2]", EVENT % 2, (EVENT % 3)[:30]])
    record = company.load_one("usage_events.jsonl", content)
    assert (record.rows_arrived, record.rows_loaded) == (5, 2)
    assert company.quarantine("row_number, reason, raw_record") == [
        (2, "invalid_json", "{oops"),
        (3, "invalid_json", "[1, 2]"),
        (5, "truncated_line", (EVENT % 3)[:30]),
    ]


def test_an_invalid_last_line_that_ends_is_not_truncated(company: LandingCompany) -> None:
    company.load_one("usage_events.jsonl", (EVENT % 1) + "\n{oops\n")
    assert company.reasons() == [(2, "invalid_json")]


@pytest.mark.parametrize(
    ("name", "content", "reason", "detail"),
    [
        ("accounts.csv", b"", "empty_file", "no content"),
        ("accounts.csv", b"\xef\xbb\xbf\n\n", "empty_file", "no content"),
        ("accounts.csv.gz", b"", "empty_file", "no content"),
        ("usage_events.jsonl", b"", "empty_file", "no content"),
        ("accounts.parquet", b"", "empty_file", "no content"),
        (
            "accounts.csv",
            "account_id,account_name\nA1,Jürgen\n".encode("latin-1"),
            "wrong_encoding",
            "byte 28, line 2: 0xfc",
        ),
        ("usage_events.jsonl", '{"event_id":"é"}'.encode("cp1252"), "wrong_encoding", "byte 13, line 1: 0xe9"),
        ("accounts.csv", "account_id,account_name\nA1,Acme\n".encode("utf-16"), "wrong_encoding", "UTF-16"),
        ("accounts.csv", "account_id,account_name\nA1,Acme\n".encode("utf-16-le"), "wrong_encoding", "UTF-16"),
        ("accounts.csv", codecs.BOM_UTF32_LE + b"a\0\0\0", "wrong_encoding", "UTF-32"),
        ("accounts.csv", b"account_id,account_name\nA1,\xc3", "wrong_encoding", "byte 27, line 2: 0xc3"),
        ("accounts.csv", b"account_id,name\nA1,Acme\n", "missing_column", "'name' may be 'account_name'"),
        ("subscriptions.csv", b"subscription_id,account_id,product,start_date\n", "missing_column", "arr or mrr"),
        ("usage_events.jsonl", b'{"event_id":1,"account_id":"A1"}\n', "missing_column", "event_name, occurred_at"),
        ("accounts.csv", b"account_id,account_name,Account_ID\nA1,Acme,A2\n", "duplicate_column", "'Account_ID'"),
        ("accounts.parquet", b"PAR1 and no more", "truncated_file", "Parquet"),
    ],
)
def test_whole_file_reasons(company: LandingCompany, name: str, content: bytes, reason: str, detail: str) -> None:
    path = company.put(name, content)
    if not content:
        path.write_bytes(b"")
    (record,) = company.load()
    assert (record.status, record.reason) == ("quarantined", reason)
    assert (record.rows_arrived, record.rows_loaded, record.rows_quarantined) == (0, 0, 0)
    assert detail in (record.detail or "")
    assert company.quarantine("row_number, reason, file") == [(None, reason, name)]
    assert company.load() == []


def test_wrong_byte_deep_in_a_file_is_placed_exactly(company: LandingCompany) -> None:
    rows = "".join(f"A{number:07d},Näme {number},\n" for number in range(60_000))
    content = (ACCOUNTS + rows).encode() + b"B1,\xff,\n"
    record = company.load_one("accounts.csv", content)
    assert f"byte {content.index(0xFF)}, line 60002: 0xff" in (record.detail or "")


def test_compressed_file_that_ends_early(company: LandingCompany) -> None:
    path = company.put("accounts.csv.gz", "")
    path.write_bytes(gzip.compress((ACCOUNTS + "A1,Acme,\n" * 50).encode())[:-12])
    (record,) = company.load()
    assert (record.status, record.reason) == ("quarantined", "truncated_file")


def test_a_corrected_file_at_the_same_path_is_loaded(company: LandingCompany) -> None:
    company.load_one("accounts.csv", b"account_id,account_name\nA1,J\xfcrgen\n")
    record = company.load_one("accounts.csv", "account_id,account_name\nA1,Jürgen\n")
    assert (record.status, record.rows_loaded) == ("loaded", 1)


def test_a_file_that_cannot_be_opened_stops_the_load_with_its_name(company: LandingCompany) -> None:
    (company.landing / "accounts.csv").symlink_to(company.folder / "nowhere.csv")
    with pytest.raises(InputError, match=r"company: accounts\.csv: cannot be read"):
        company.load()


def test_rows_that_cannot_be_accounted_for_are_not_loaded(
    company: LandingCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    def losing(connection: duckdb.DuckDBPyConnection, *arguments: object) -> object:
        faults = judge(connection, *arguments)
        connection.execute("delete from judged where _row_number = 2")
        return faults

    judge = loading.judge
    monkeypatch.setattr(loading, "judge", losing)
    company.put("accounts.csv", ACCOUNTS + "A1,Acme,\nA2,Beta,\n")
    with pytest.raises(InputError, match=r"company: accounts.csv: 2 rows arrived but 1 loaded"):
        company.load()
    assert company.loads() == company.rows("accounts") == []
