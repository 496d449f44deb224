"""Which file belongs to which object, and when it was delivered."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.lib.contracts import load_connectors
from orchestration.lib.loader.landing import match_object, parse_delivery, scan, split_name


@pytest.mark.parametrize(
    ("relative", "expected"),
    [
        ("accounts.csv", "accounts"),
        ("Accounts.CSV", "accounts"),
        ("account_owners.csv", "account_owners"),
        ("accounts-2024-01-31.csv", "accounts"),
        ("accounts_2024_q1.csv.gz", "accounts"),
        ("usage_events_part-0003.jsonl", "usage_events"),
        ("usage_events/2024-01-01T000000.jsonl.gz", "usage_events"),
        ("delivered=2024-01-01/time_entries/1.parquet", "time_entries"),
        ("accounts/contacts.csv", "contacts"),
        ("accounts_backup.csv", None),
        ("my accounts.csv", None),
        ("accounts_2024010120240101202401012024010120240101x.csv", None),
    ],
)
def test_files_are_matched_by_name_or_folder(relative: str, expected: str | None) -> None:
    stem, format_name, _ = split_name(Path(relative).name)
    assert format_name is not None
    assert match_object(stem, relative, load_connectors()["canonical"]) == expected


def test_vendor_objects_keep_their_names() -> None:
    salesforce = load_connectors()["salesforce"]
    assert match_object("SBQQ__Subscription__c", "SBQQ__Subscription__c.csv", salesforce) == "SBQQ__Subscription__c"
    assert (
        match_object("OpportunityFieldHistory", "OpportunityFieldHistory.csv", salesforce) == "OpportunityFieldHistory"
    )
    assert match_object("Account-20240101", "Account-20240101.csv", salesforce) == "Account"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-31", datetime(2024, 1, 31, tzinfo=UTC)),
        ("2024-01-31T06:30:00Z", datetime(2024, 1, 31, 6, 30, tzinfo=UTC)),
        ("2024-01-31T06-30-15Z", datetime(2024, 1, 31, 6, 30, 15, tzinfo=UTC)),
        ("2024-01-31T06-30", datetime(2024, 1, 31, 6, 30, tzinfo=UTC)),
        ("2024-01-31T06:30:00+02:00", datetime(2024, 1, 31, 4, 30, tzinfo=UTC)),
        ("31.01.2024", None),
        ("last week", None),
    ],
)
def test_delivery_folders(text: str, expected: datetime | None) -> None:
    assert parse_delivery(text) == expected


def test_scan_orders_by_delivery_and_explains_what_it_leaves(tmp_path: Path) -> None:
    for name in (
        "accounts.csv",
        "delivered=2024-04-01/accounts.csv",
        "delivered=2024-01-01/contacts.csv",
        "notes.txt",
        "accounts.xlsx",
        "orders.csv",
        ".hidden/accounts.csv",
        "_old/accounts.csv",
        ".accounts.csv.swp",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    landing = scan(tmp_path, load_connectors()["canonical"])
    assert [file.relative for file in landing.files] == [
        "delivered=2024-01-01/contacts.csv",
        "delivered=2024-04-01/accounts.csv",
        "accounts.csv",
    ]
    details = {file.relative: file.detail for file in landing.unmatched}
    assert sorted(details) == ["accounts.xlsx", "notes.txt", "orders.csv"]
    assert "export it as CSV" in details["accounts.xlsx"]
    assert "after one of: accounts, people" in details["orders.csv"]


def test_formats_of_a_connector_are_the_ones_that_are_read(tmp_path: Path) -> None:
    (tmp_path / "Account.jsonl").write_text("{}")
    landing = scan(tmp_path, load_connectors()["salesforce"])
    assert landing.files == ()
    assert "export it as CSV" in landing.unmatched[0].detail


def test_a_folder_that_is_linked_into_itself_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "exports" / "accounts").mkdir(parents=True)
    (tmp_path / "exports" / "accounts" / "1.csv").write_text("x")
    (tmp_path / "exports" / "again").symlink_to(tmp_path / "exports", target_is_directory=True)
    landing = scan(tmp_path / "exports", load_connectors()["canonical"])
    assert [file.relative for file in landing.files] == ["accounts/1.csv"]


def test_the_configuration_may_lie_beside_the_exports(tmp_path: Path) -> None:
    for name in ("postsale.toml", "accounts.csv", "notes.txt"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    landing = scan(tmp_path, load_connectors()["canonical"])
    assert [file.relative for file in landing.files] == ["accounts.csv"]
    assert [file.relative for file in landing.unmatched] == ["notes.txt"]
