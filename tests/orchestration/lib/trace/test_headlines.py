"""The headline numbers are traced when they are published, and what cannot be had from its rows is said to be so."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.home import Home
from orchestration.lib.trace import headlines
from orchestration.lib.trace.question import Question
from orchestration.lib.trace.tracer import Trace, Tracer
from tests.conftest import Company

# What the board's first screen shows.
ON_THE_BOARD = {
    *("nrr", "grr", "logo_churn_rate", "arr", "median_days_to_first_value", "csm_implementation_share"),
    *("proactive_expansion_share", "at_risk_arr"),
}


@pytest.fixture
def warehouse(fixture_build: Company) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(fixture_build.warehouse), read_only=True) as connection:
        yield connection


def test_every_number_of_the_board_is_traced_and_made_again(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute("select metric, reconciles, value, recomputed, verdict from audit.headline").fetchall()
    assert {row[0] for row in rows} == ON_THE_BOARD
    assert all(reconciles for _, reconciles, *_ in rows), rows
    assert {metric for metric, _, value, _, _ in rows if value is not None} >= {"nrr", "grr", "logo_churn_rate", "arr"}
    assert all(again == pytest.approx(value) for _, _, value, again, _ in rows if value is not None)
    assert all(verdict.startswith("no value: ") for _, _, value, _, verdict in rows if value is None)


def test_the_fact_rows_give_the_number(warehouse: duckdb.DuckDBPyConnection) -> None:
    sides = dict(
        warehouse.execute(
            "select side, sum(contribution) from audit.headline_fact where metric = 'nrr' group by side"
        ).fetchall()
    )
    nrr, arr = (
        warehouse.execute("select value from audit.headline where metric = ?", [metric]).fetchall()[0][0]
        for metric in ("nrr", "arr")
    )
    assert sides["numerator"] / sides["denominator"] == pytest.approx(nrr)
    given = warehouse.execute("select sum(contribution), sum(share) from audit.headline_fact where metric = 'arr'")
    assert given.fetchall() == [(pytest.approx(arr), pytest.approx(1))]


def test_each_source_row_stands_in_the_raw_zone_as_it_arrived(warehouse: duckdb.DuckDBPyConnection) -> None:
    listed, found = warehouse.execute(
        """
        select count(*), count(raw_row.row_hash)
        from audit.headline_source as listed
        left join audit.raw_row as raw_row
            on listed.load_id = raw_row.load_id and listed.row_from = raw_row.row_from
            and listed.row_hash = raw_row.row_hash
        where listed.row_count = 1 and listed.role <> 'policy'
        """
    ).fetchall()[0]
    assert listed == found > 0


def test_a_number_that_cannot_be_traced_is_published_as_unchecked(
    fixture_build: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(fixture_build.home, tmp_path / "home", symlinks=True)
    home = Home(tmp_path / "home")
    shutil.copytree(home.current.resolve(), home.next, dirs_exist_ok=True)
    tracing = Tracer.trace

    def trace(self: Tracer, question: Question, **how: int) -> Trace:
        if question.metric == "arr":
            raise ValueError("planted")
        return tracing(self, question, **how)

    monkeypatch.setattr(Tracer, "trace", trace)
    verdicts = headlines.record_headlines(home)
    assert verdicts["arr"] == (False, "could not be traced: planted")
    assert verdicts["grr"][0]
    with duckdb.connect(str(home.next / "warehouse.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select metric, verdict, value, recomputed from audit.headline where not reconciles"
        ).fetchall()
        at_last = connection.execute(
            "select sum(arr) from marts.fct_arr_snapshot group by month_end order by month_end desc limit 1"
        ).fetchall()
    assert found == [("arr", "could not be traced: planted", pytest.approx(float(at_last[0][0])), None)]
