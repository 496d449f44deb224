"""Freshly generated companies: what the command answers is what the simulator decided, to the cent and the row."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.conftest import Company
from tests.end_to_end.answers import asked, by_dimension, differences, truth

SEEDS = (11, 12)
ACCOUNTS, MONTHS = "40", "20"


@pytest.fixture(scope="session", params=SEEDS)
def generated(
    request: pytest.FixtureRequest, built_once: Callable[[str, Callable[[Path], Company]], Company]
) -> Company:
    def make(folder: Path) -> Company:
        company = Company(folder / "company" / "postsale.toml", folder / "home")
        outcome = company.postsale(
            "sample", str(folder / "company"), "--accounts", ACCOUNTS, "--months", MONTHS, "--seed", str(request.param)
        )
        assert outcome.returncode == 0, outcome.stderr
        return company.build("--no-site")

    return built_once(f"generated-{request.param}", make)


def test_every_metric_in_every_slice(generated: Company) -> None:
    expected = truth(generated.config.parent)
    found = {}
    for dimension, metrics in by_dimension(expected).items():
        found |= asked(generated, metrics, dimension=dimension)
    wrong = differences(expected, found)
    assert not wrong, f"{len(wrong)} of {len(expected)} differ:\n" + "\n".join(wrong[:40])


def test_every_planted_fault_is_found_and_no_other(generated: Company) -> None:
    with (generated.config.parent / "truth" / "faults.csv").open() as stream:
        planted = {(row["object"], row["fault"]): int(row["rows"]) for row in csv.DictReader(stream)}
    with duckdb.connect(str(generated.warehouse.resolve()), read_only=True) as warehouse:
        rows = warehouse.execute(
            """
            select object, reason, count(*) from audit.quarantine group by all
            union all
            select object, 'duplicate', sum(rows_duplicate) from audit.load group by all having sum(rows_duplicate) > 0
            union all
            select object, 'late', sum(rows_late) from audit.load group by all having sum(rows_late) > 0
            """
        ).fetchall()
    found = {(object_name, reason): int(count) for object_name, reason, count in rows}
    assert found == planted


def test_every_row_that_arrived_is_accounted_for(generated: Company) -> None:
    with duckdb.connect(str(generated.warehouse.resolve()), read_only=True) as warehouse:
        unbalanced = warehouse.execute(
            "select load_id, file from audit.load where rows_arrived <> rows_loaded + rows_duplicate + rows_quarantined"
        ).fetchall()
        arrived = warehouse.execute("select sum(rows_arrived) from audit.load").fetchone()
    assert unbalanced == []
    assert arrived is not None
    assert arrived[0] > 1000
