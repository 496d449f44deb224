"""Files are read ahead of being stored, large ones are not: the loads are the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.config import load_config
from orchestration.lib.loader import LoadRecord, load, load_source, prepare_raw_zone
from tests.conftest import SAMPLE_COMPANY

NEVER = datetime(1970, 1, 1)


def loaded(
    home: Path, monkeypatch: pytest.MonkeyPatch, large: int
) -> tuple[list[LoadRecord], list[tuple[object, ...]]]:
    """The loads of a source with faults in it, and its raw rows, where files from ``large`` bytes on are large."""
    monkeypatch.setattr(load, "_LARGE_FILE", large)
    company = load_config(SAMPLE_COMPANY / "postsale.toml")
    prepare_raw_zone(home)
    records = load_source(company, home, "zendesk")
    assert load_source(company, home, "zendesk") == [], "what was read is not read again"
    files = [str(path) for path in (home / "raw" / "zendesk").rglob("load_date=*/*.parquet")]
    rows = duckdb.sql(
        f"select _file, _row_number, _row_hash, _load_id from read_parquet({files}, union_by_name = true) order by all"
    )
    return [replace(record, loaded_at=NEVER, known_at=NEVER) for record in records], rows.fetchall()


def test_small_and_large_files_in_turn_are_loaded_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = sorted(path.stat().st_size for path in (SAMPLE_COMPANY / "exports" / "zendesk").rglob("*.gz"))
    as_ever = loaded(tmp_path / "as_ever", monkeypatch, sizes[-1] + 1)
    assert {record.status for record in as_ever[0]} == {"loaded"} and any(r.rows_quarantined for r in as_ever[0])
    assert loaded(tmp_path / "mixed", monkeypatch, sizes[len(sizes) // 2]) == as_ever
    assert loaded(tmp_path / "large", monkeypatch, 0) == as_ever
