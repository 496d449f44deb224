"""What arrives in the raw zone from well-formed files: values as text, numbered as a person would count."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.loader import read_csv as csv_reader
from orchestration.lib.loader import read_jsonl as jsonl_reader
from tests.orchestration.lib.landing_company import ACCOUNTS, SUBSCRIPTIONS, LandingCompany

EVENT = '{"event_id":"%s","account_id":"A1","event_name":"x","occurred_at":"2024-01-01"}\n'


@pytest.fixture
def company(tmp_path: Path) -> LandingCompany:
    return LandingCompany(tmp_path)


def test_values_stay_the_text_that_arrived(company: LandingCompany) -> None:
    company.load_one(
        "subscriptions.csv", SUBSCRIPTIONS + '00016,A1,core,2024-01-01,,1200.50,usd\n17,A1,"a, b",2024-01-01,, 7 ,\n'
    )
    assert company.rows("subscriptions", "subscription_id, product, end_date, arr, currency") == [
        ("00016", "core", None, "1200.50", "usd"),
        ("17", "a, b", None, " 7 ", None),
    ]


def test_lineage_of_a_row(company: LandingCompany) -> None:
    record = company.load_one("north/accounts.csv", ACCOUNTS + "A1,Acme,\n")
    (row,) = company.rows(
        "accounts",
        "_source, _object, _file, _row_number, _record_id, _page, _load_id, _is_withdrawn, _loaded_at = _known_at, "
        "length(_row_hash)",
    )
    assert row == ("company", "accounts", "north/accounts.csv", 2, None, None, record.load_id, False, True, 64)
    assert record.load_id == f"000001-{record.file_hash[:12]}"


def test_row_numbers_are_those_of_a_spreadsheet(company: LandingCompany) -> None:
    company.load_one("accounts.csv", ACCOUNTS + 'A1,"Acme\nof\nMaine",\n\nA2,Beta,\n,,\nA3,Gamma,\n\n')
    assert company.rows("accounts", "account_id, account_name, _row_number") == [
        ("A1", "Acme\nof\nMaine", 2),
        ("A2", "Beta", 4),
        ("A3", "Gamma", 6),
    ]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte-order mark"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("name", ["accounts.csv", "accounts.csv.gz"])
def test_marks_newlines_and_compression_change_nothing(
    company: LandingCompany, mark: bytes, newline: str, name: str
) -> None:
    text = (ACCOUNTS + 'A1,"Zoë, Ltd",\nA2,Beta,retail\n').replace("\n", newline)
    record = company.load_one(name, mark + text.encode())
    assert (record.rows_arrived, record.rows_loaded) == (2, 2)
    assert company.rows("accounts", "account_id, account_name, industry, _row_number") == [
        ("A1", "Zoë, Ltd", None, 2),
        ("A2", "Beta", "retail", 3),
    ]


def test_header_is_matched_by_name_whatever_order_case_and_separator(company: LandingCompany) -> None:
    company.load_one("accounts.csv", "Account_Name;ACCOUNT_ID;industry\nAcme;A1;x\n")
    assert company.rows("accounts", "account_id, account_name, industry") == [("A1", "Acme", "x")]


def test_unknown_columns_are_kept_and_named(company: LandingCompany) -> None:
    record = company.load_one(
        "accounts.csv", 'account_id,account_name,tier,note\nA1,Acme,gold,"say ""hi"""\nA2,Beta,,\n'
    )
    first, second = (row[0] for row in company.rows("accounts", "_extra"))
    assert json.loads(first) == {"tier": "gold", "note": 'say "hi"'}
    assert second is None
    assert json.loads(record.extra_columns or "") == ["tier", "note"]
    assert json.loads(record.columns_seen or "") == ["account_id", "account_name", "tier", "note"]
    assert "industry" in json.loads(record.missing_columns or "")


def test_json_lines(company: LandingCompany) -> None:
    lines = [
        {
            "event_id": 7,
            "account_id": "A1",
            "event_name": "open",
            "occurred_at": "2024-01-01T10:00:00Z",
            "more": {"a": 1},
        },
        {
            "event_id": "8",
            "account_id": "A1",
            "event_name": 'Ünïcode "q"',
            "occurred_at": "2024-01-01",
            "feature": None,
        },
    ]
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    company.load_one("usage_events.jsonl", text)
    assert company.rows("usage_events", "event_id, event_name, feature, _row_number") == [
        ("7", "open", None, 1),
        ("8", 'Ünïcode "q"', None, 2),
    ]
    extras = [row[0] for row in company.rows("usage_events", "_extra")]
    assert json.loads(extras[0]) == {"more": {"a": 1}}
    assert extras[1] in (None, '{"feature":null}')


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte-order mark"])
@pytest.mark.parametrize("name", ["usage_events.jsonl", "usage_events.ndjson.gz"])
def test_json_lines_are_numbered_over_blank_ones(company: LandingCompany, mark: bytes, name: str) -> None:
    line = '{"event_id":"%d","account_id":"A1","event_name":"x","occurred_at":"2024-01-01"}'
    company.load_one(name, mark + f"{line % 1}\n\n   \n{line % 2}\n".encode())
    assert company.rows("usage_events", "event_id, _row_number") == [("1", 1), ("2", 4)]


def test_nested_json_values_are_found_by_their_path(tmp_path: Path) -> None:
    company = LandingCompany(tmp_path, connector="harvest")
    entry = {
        "id": 1,
        "spent_date": "2024-01-02",
        "hours": 2.5,
        "user": {"id": 5, "name": "Jo"},
        "client": {"id": 9, "name": "Acme", "currency": "EUR"},
        "project": {"id": 3, "name": "P"},
        "task": {"id": 4, "name": "Training"},
        "updated_at": "2024-01-02T10:00:00Z",
    }
    company.load_one("time_entries.jsonl", json.dumps(entry) + "\n")
    columns = "id, hours, user_id, user_name, client_id, task_name, _extra"
    (row,) = company.rows("time_entries", columns)
    assert row[:-1] == ("1", "2.5", "5", "Jo", "9", "Training")
    assert json.loads(row[-1]) == {"client": {"currency": "EUR"}}


def test_parquet_values_become_the_text_of_the_contract(company: LandingCompany, tmp_path: Path) -> None:
    file = tmp_path / "made.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select * from (values "
            f"('S1', 'A1', 'core', timestamp '2024-01-01', date '2024-12-31', 1200.5::double, 2.5::double, true), "
            f"('S2', 'A1', 'core', timestamp '2024-02-01', null, 1e-5::double, 5.0, false)) "
            f"as t (subscription_id, account_id, product, start_date, end_date, arr, quantity, flag)) "
            f"to '{file}' (format parquet)"
        )
    record = company.load_one("subscriptions.parquet", file.read_bytes())
    assert (record.rows_loaded, record.rows_quarantined) == (2, 0)
    assert company.rows("subscriptions", "start_date, end_date, arr, quantity, _extra, _row_number") == [
        ("2024-01-01", "2024-12-31", "1200.5", "2.5", '{"flag":true}', 1),
        ("2024-02-01", None, "0.000010000000", "5", '{"flag":false}', 2),
    ]


@pytest.mark.parametrize("name", ["accounts.csv", "accounts.jsonl", "accounts.parquet"])
def test_a_path_is_no_pattern(company: LandingCompany, tmp_path: Path, name: str) -> None:
    made = tmp_path / f"made-{name}"
    options = "format json" if name.endswith("jsonl") else "format parquet" if name.endswith("parquet") else "header"
    with duckdb.connect() as connection:
        connection.execute(f"copy (select 'A1' as account_id, 'Acme' as account_name) to '{made}' ({options})")
    record = company.load_one(f"Jo's exports [2024] *?/{name}", made.read_bytes())
    assert (record.status, record.rows_loaded) == ("loaded", 1)
    assert company.rows("accounts", "account_id, account_name") == [("A1", "Acme")]


def test_a_header_alone_connects_nothing_and_is_no_fault(company: LandingCompany) -> None:
    record = company.load_one("accounts.csv", ACCOUNTS)
    assert (record.status, record.rows_arrived, record.reason) == ("loaded", 0, None)
    assert company.rows("accounts") == []
    assert company.reasons() == []


def test_deliveries_are_known_when_they_were_delivered(company: LandingCompany) -> None:
    company.put("delivered=2024-04-01/accounts.csv", ACCOUNTS + "A1,Acme,new\n")
    company.put("delivered=2024-01-01T06-30-00Z/accounts.csv", ACCOUNTS + "A1,Acme,old\n")
    company.put("accounts.csv", ACCOUNTS + "A1,Acme,now\n")
    company.load()
    assert company.rows("accounts", "industry, _known_at < _loaded_at") == [
        ("old", True),
        ("new", True),
        ("now", False),
    ]
    assert [row[0] for row in company.rows("accounts", "_known_at")][:2] == [
        datetime(2024, 1, 1, 6, 30),
        datetime(2024, 4, 1),
    ]


def test_late_rows_are_counted_in_deliveries_alone(company: LandingCompany) -> None:
    line = '{"event_id":"%s","account_id":"A1","event_name":"x","occurred_at":"%s"}\n'
    content = line % ("1", "2024-03-30T00:00:00Z") + line % ("2", "2023-12-01T00:00:00Z") + line % ("3", "2023-12-28")
    assert company.load_one("delivered=2024-04-01/usage_events.jsonl", content).rows_late == 1
    assert company.load_one("usage_events.jsonl", line % ("4", "2020-01-01")).rows_late is None


def test_line_breaks_in_values_and_between_rows_may_differ(company: LandingCompany) -> None:
    record = company.load_one("accounts.csv", 'account_id,account_name\r\nA1,"Acme\nof Maine"\r\nA2,"B\r\nC"\r\n')
    assert record.rows_arrived == 2
    assert company.rows("accounts", "account_name, _row_number") == [("Acme\nof Maine", 2), ("B\r\nC", 3)]


def test_well_formed_files_take_the_fast_reader(company: LandingCompany, monkeypatch: pytest.MonkeyPatch) -> None:
    def unexpected(*_: object) -> None:
        raise AssertionError("the careful reader was called for a clean file")

    monkeypatch.setattr(csv_reader, "_read_carefully", unexpected)
    monkeypatch.setattr(jsonl_reader, "_lines_carefully", unexpected)
    company.put("accounts.csv", ACCOUNTS + 'A1,"Acme, ""Inc""\nof Maine",\n')
    company.put("people.csv", "email,full_name\r\na@b.c,Jo\r\n")
    company.put("usage_events.jsonl", EVENT % "1")
    assert [record.rows_loaded for record in company.load()] == [1, 1, 1]


def test_the_two_csv_readers_agree(company: LandingCompany, monkeypatch: pytest.MonkeyPatch) -> None:
    content = ACCOUNTS + 'A1,"Acme, ""Inc""\nof Maine", x \nA2,a "quoted" word,\nA3," ",""\nA4,Zoë,y\n'
    company.load_one("accounts.csv", content)
    monkeypatch.setattr(csv_reader, "_read_fast", lambda *_: False)
    other = LandingCompany(company.folder / "other")
    other.load_one("accounts.csv", content)
    columns = "account_id, account_name, industry, _row_number, _row_hash"
    assert other.rows("accounts", columns) == company.rows("accounts", columns)


def test_large_loads_are_written_in_parts(company: LandingCompany, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.lib.loader.load.ROWS_PER_PART", 100)
    record = company.load_one("accounts.csv", ACCOUNTS + "".join(f"A{n},Name {n},\n" for n in range(250)))
    parts = sorted(company.zone.object_folder("canonical", "accounts").rglob(f"{record.load_id}*.parquet"))
    assert [part.name for part in parts] == [f"{record.load_id}-{part:04d}.parquet" for part in range(3)]
    assert record.rows_loaded == len(company.rows("accounts")) == 250
    assert company.load() == []
