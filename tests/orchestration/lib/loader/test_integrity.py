"""A file of the raw zone that is gone or was exchanged is named with its load and the file that it came from."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.lib.config import load_config
from orchestration.lib.loader import load_policy, load_source
from orchestration.lib.loader.integrity import broken_loads
from orchestration.lib.loader.zone import prepare_raw_zone

CONFIG = """
[sources.books]
connector = "canonical"
kind = "files"
path = "files"
"""
ACCOUNTS = "account_id,account_name\nA1,Alder\nA2,Birch\n"
# The second line cannot be read as a date: it goes to quarantine.
LINES = (
    "subscription_id,account_id,product,start_date,arr,currency\n"
    "S1,A1,core,2024-01-01,100,USD\nS2,A1,core,yesterday,100,USD\n"
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    files = tmp_path / "company" / "files"
    files.mkdir(parents=True)
    (files / "accounts.csv").write_text(ACCOUNTS)
    (files / "subscriptions.csv").write_text(LINES)
    (tmp_path / "company" / "postsale.toml").write_text(CONFIG)
    home = tmp_path / "home"
    prepare_raw_zone(home)
    config = load_config(tmp_path / "company" / "postsale.toml")
    load_policy(config, home)
    load_source(config, home, "books")
    return home


def _file(home: Path, pattern: str) -> Path:
    (path,) = (path for path in (home / "raw").glob(pattern) if path.name != "_empty.parquet")
    return path


def test_what_was_loaded_is_there(home: Path) -> None:
    assert broken_loads(home) == []
    assert broken_loads(home / "nothing") == []


@pytest.mark.parametrize(
    ("pattern", "file", "problem"),
    [
        ("canonical/accounts/*/*.parquet", "accounts.csv", "2 rows in"),
        ("_quarantine/canonical/subscriptions/*.parquet", "subscriptions.csv", "1 quarantined rows in"),
    ],
)
def test_a_deleted_file_is_named_with_its_load(home: Path, pattern: str, file: str, problem: str) -> None:
    path = _file(home, pattern)
    load_id = path.stem
    path.unlink()
    (broken,) = broken_loads(home)
    assert (broken.load_id, broken.source, broken.file) == (load_id, "books", file)
    assert problem in broken.problem
    assert "0 are there" in broken.problem
    assert "restore" in str(broken)


def test_a_row_cut_out_is_missed(home: Path) -> None:
    path = _file(home, "canonical/accounts/*/*.parquet")
    with duckdb.connect() as connection:
        connection.execute(f"create table kept as select * from read_parquet('{path}') limit 1")
        connection.execute(f"copy kept to '{path}' (format parquet)")
    assert "2 rows" in broken_loads(home)[0].problem
    assert "1 are there" in broken_loads(home)[0].problem


def test_a_damaged_file_holds_no_rows(home: Path) -> None:
    _file(home, "canonical/accounts/*/*.parquet").write_bytes(b"PAR1 not so")
    assert "0 are there" in broken_loads(home)[0].problem


def test_a_deleted_manifest_leaves_a_gap(home: Path) -> None:
    first = min(path for path in (home / "raw" / "_loads").glob("0*.parquet"))
    first.unlink()
    (broken,) = broken_loads(home)
    assert (broken.load_id, "manifest is gone" in broken.problem) == ("000001", True)
