"""The past as it was seen, and the past as it is known now, row by row over every mart.

`as_of` and `known_at` set back together give what a build at that time gave; `as_of` alone gives the restated past;
what differs between the two is made of rows that arrived in between.
"""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest

from orchestration.lib.config import load_config
from orchestration.lib.loader import load_source, prepare_raw_zone
from orchestration.lib.sample.parameters import Parameters
from orchestration.lib.sample.write import write_parameters
from tests.dbt.company import Workshop

COMPANY = Parameters(accounts=14, months=15, seed=9)
SEEN_AT = datetime(2026, 1, 1)
AS_OF = (SEEN_AT - timedelta(days=1)).date()

Rows = dict[str, list[tuple[Any, ...]]]


class Past(NamedTuple):
    """Every mart, by name: rows in order of all their columns."""

    then: Rows
    seen_again: Rows
    restated: Rows
    columns: dict[str, list[str]]
    arrived_later: set[str]


def marts(warehouse: Path) -> tuple[Rows, dict[str, list[str]]]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        names = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'marts' order by 1"
        ).fetchall()
        rows, columns = {}, {}
        for (name,) in names:
            found = connection.execute(f"select * from marts.{name} order by all")
            columns[name] = [column[0] for column in found.description]
            rows[name] = found.fetchall()
        return rows, columns


@pytest.fixture(scope="module")
def past(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Past:
    folder = tmp_path_factory.mktemp("clocks")
    now = write_parameters(folder / "now", COMPANY)
    shutil.copytree(folder / "now", folder / "then")
    for delivery in (folder / "then" / "exports").glob("*/delivered=*"):
        if datetime.fromisoformat(delivery.name.removeprefix("delivered=")) > SEEN_AT:
            shutil.rmtree(delivery)
    then = workshop.build_files(folder / "then" / "postsale.toml", folder / "build_then", as_of=AS_OF, known_at=SEEN_AT)
    again = workshop.build_files(now.config, folder / "build_again", as_of=AS_OF, known_at=SEEN_AT)
    restated = workshop.build_files(now.config, folder / "build_restated", as_of=AS_OF)
    rows, columns = marts(restated.warehouse)
    return Past(
        marts(then.warehouse)[0],
        marts(again.warehouse)[0],
        rows,
        columns,
        hashes_after(SEEN_AT, now.config, folder / "raw"),
    )


def hashes_after(moment: datetime, config: Path, home: Path) -> set[str]:
    """Content hashes of the raw rows that arrived after the moment and not before."""
    company = load_config(config)
    prepare_raw_zone(home)
    for source in company.sources:
        load_source(company, home, source)
    with duckdb.connect() as connection:
        found = connection.execute(
            f"""
            select _row_hash
            from read_parquet('{home}/raw/*/*/load_date=*/*.parquet', union_by_name = true)
            group by _row_hash
            having min(_known_at) > ?
            """,
            [moment],
        ).fetchall()
    return {row[0] for row in found}


def test_both_clocks_set_back_give_the_rows_of_then(past: Past) -> None:
    assert set(past.seen_again) == set(past.then)
    assert sum(map(len, past.then.values())) > 1000
    wrong = {}
    for name, rows in past.then.items():
        if rows != past.seen_again[name]:
            more, less = set(past.seen_again[name]) - set(rows), set(rows) - set(past.seen_again[name])
            wrong[name] = (sorted(map(str, more))[:2], sorted(map(str, less))[:2])
    assert wrong == {}


def test_as_of_alone_gives_the_restated_past_and_what_differs_arrived_later(past: Past) -> None:
    differing = {
        name: set(past.restated[name]) ^ set(past.seen_again[name])
        for name in past.restated
        if past.restated[name] != past.seen_again[name]
    }
    # Hours, milestones and lines that came late change the facts made of them and those made of these.
    assert {"fct_time_entry", "fct_account_month"} & set(differing)
    listed = 0
    for name in differing:
        if "source_row_hashes" not in past.columns[name]:
            continue
        place = past.columns[name].index("source_row_hashes")
        for row in set(past.restated[name]) - set(past.seen_again[name]):
            listed += bool(past.arrived_later & set((row[place] or "").split(",")))
    assert listed > 0
    entries = past.columns["fct_time_entry"].index("source_row_hashes")
    key = past.columns["fct_time_entry"].index("time_entry_id")
    before = {row[key]: row for row in past.seen_again["fct_time_entry"]}
    late = [row for row in past.restated["fct_time_entry"] if row[key] not in before]
    assert late, "no hours arrived late: another seed is needed"
    assert all(past.arrived_later & set(row[entries].split(",")) for row in late)
    day = past.columns["fct_time_entry"].index("spent_on")
    assert all(row[day] <= AS_OF for row in past.restated["fct_time_entry"])
