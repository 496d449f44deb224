"""Freshly generated companies: what the warehouse answers is what the simulator decided, to the cent and the row.

One company is built and asked by the real command. The others share one place for dbt and are asked in process, for
the same models and metrics: a second and third command would prove nothing new and take three times as long.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.sample.parameters import Parameters
from orchestration.lib.sample.truth.book import DIMENSIONS
from orchestration.lib.sample.truth.journey import JOURNEY_DIMENSIONS
from orchestration.lib.sample.write import write_parameters
from orchestration.lib.semantic import SemanticLayer
from tests.conftest import Company
from tests.dbt.company import Built, Tests, Workshop
from tests.end_to_end.answers import Answer, answered, asked, by_dimension, differences, truth

COMPANIES = {
    "another_seed": Parameters(accounts=40, months=20, seed=12),
    "five_accounts": Parameters(accounts=5, months=26, seed=3),
    "one_segment": Parameters(accounts=12, months=15, seed=3, segments=("tech_touch",)),
    "no_churn": Parameters(accounts=12, months=26, seed=4, has_churn=False),
    "no_csm": Parameters(accounts=12, months=15, seed=5, has_csms=False),
}

ACCOUNT_SLICES = {*DIMENSIONS, *JOURNEY_DIMENSIONS}
_TOO_FEW = "no deal is closed ahead of its day, and no health band has ten outcomes yet"
#: What the catalogue offers and the truth of this company leaves out, each with the reason. None is out of reach:
#: `test_truth_identities.py` wants an answer of every metric from a larger company.
WITHOUT_TRUTH = {
    "renewal_forecast_arr": _TOO_FEW,
    "renewal_forecast_due_arr": _TOO_FEW,
    "health_backtest_auc": "every renewal that was decided late enough to have a score before it was won",
}
_IN_EACH_WINDOW = ("nrr_base_arr", "nrr_current_arr", "grr_retained_arr", "nrr", "grr")
WITHOUT_SLICES = {
    "internal_hours": (ACCOUNT_SLICES - {"team"}, "internal work is for no account"),
    "unclassified_hours": (ACCOUNT_SLICES - {"team"}, "what nobody mapped was logged on no account"),
    "reactivation_arr": (ACCOUNT_SLICES, "nobody came back"),
    "transferred_arr": ({"csm", "team", "signed_quarter"}, "no customer changed hands at a month-end"),
    **dict.fromkeys(
        (
            *("handoffs", "complete_handoffs", "handoff_fields_required", "handoff_fields_filled"),
            *("handoff_completeness", "median_handoff_days_from_due", "handoffs_due", "on_time_handoffs"),
            *("missing_handoffs", "handoff_on_time_rate"),
        ),
        ({"from_person", "from_team", "owner_team"}, "the answers do not say who gives and who takes a handoff"),
    ),
    **dict.fromkeys(
        (
            *(f"{part}{window}" for part in _IN_EACH_WINDOW for window in ("", "_3m", "_1m")),
            *("grr_strict_retained_arr", "nrr_never_lapsed_arr", "nrr_flow_arr", "nrr_expansion_arr"),
            *("nrr_churned_arr", "nrr_churned_accounts", "nrr_kept_accounts", "nrr_cohort_accounts"),
            *("nrr_excluding_reactivated", "nrr_flow", "grr_strict", "logo_churn_rate", "logo_retention_rate"),
            *("revenue_churn_rate", "expansion_rate"),
        ),
        ({"account_nrr_band"}, "the band is the answer itself, of one account"),
    ),
}


@pytest.fixture(scope="module", params=COMPANIES)
def small(
    request: pytest.FixtureRequest, workshop: Workshop, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, Built]]:
    """A company's folder and its build; the smallest with dbt's own tests of the data."""
    folder = tmp_path_factory.mktemp(request.param)
    summary = write_parameters(folder / "company", COMPANIES[request.param])
    tests: Tests = "data" if request.param == "five_accounts" else "none"
    yield folder / "company", workshop.build_files(summary.config, folder / "build", tests=tests)


@pytest.mark.parametrize("dimension", ["", "segment", "csm", "person", "ttfv_band"], ids=lambda name: name or "total")
def test_the_command_answers_every_metric(generated: Company, dimension: str) -> None:
    """In slices of each kind; the layer that it asks is held to every slice below."""
    expected = {answer: value for answer, value in truth(generated.config.parent).items() if answer[2] == dimension}
    assert_same(expected, asked(generated, by_dimension(expected)[dimension], dimension=dimension))


def test_the_truth_knows_every_metric_in_every_slice_that_is_offered(generated: Company) -> None:
    """Else a comparison with it would not look at what it leaves out."""
    known: dict[str, set[str]] = defaultdict(set)
    for answer in truth(generated.config.parent):
        known[answer.metric].add(answer.dimension)
    with SemanticLayer.open(generated.home) as layer:
        offered = {name: set(layer.dimensions(name)) for name in layer.metrics}
    assert offered.keys() - known.keys() == WITHOUT_TRUTH.keys()
    missing = {name: slices - known[name] for name, slices in offered.items() if name in known}
    assert {name: slices for name, slices in missing.items() if slices} == {
        name: slices for name, (slices, _) in WITHOUT_SLICES.items()
    }


def test_every_metric_in_every_slice(small: tuple[Path, Built]) -> None:
    folder, built = small
    expected = truth(folder)
    found = {}
    with built.layer() as layer:
        for dimension, metrics in by_dimension(expected).items():
            found |= answered(layer, metrics, dimension=dimension)
    assert_same(expected, found)


def assert_same(expected: dict[Answer, float], found: dict[Answer, float]) -> None:
    wrong = differences(expected, found)
    assert not wrong, f"{len(wrong)} of {len(expected)} differ:\n" + "\n".join(wrong[:40])


def test_the_command_finds_every_planted_fault_and_no_other(generated: Company) -> None:
    assert_found_as_planted(generated.config.parent, generated.warehouse.resolve())


def test_every_planted_fault_is_found_and_no_other(small: tuple[Path, Built]) -> None:
    assert_found_as_planted(small[0], small[1].warehouse)


def assert_found_as_planted(company: Path, warehouse: Path) -> None:
    with (company / "truth" / "faults.csv").open() as stream:
        planted = {(row["object"], row["fault"]): int(row["rows"]) for row in csv.DictReader(stream)}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(
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
