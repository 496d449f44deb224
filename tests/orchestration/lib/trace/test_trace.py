"""Every number of the sample company can be had from its raw rows, and a number that cannot is said to be so."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.errors import UsageError
from orchestration.lib.home import Home
from orchestration.lib.trace.independent import METHOD
from orchestration.lib.trace.question import Question, parse_where, trace_command
from orchestration.lib.trace.tracer import REPLAYED, Tracer
from tests.conftest import Company
from tests.orchestration.lib.trace.together import traced_together

MONTH = dt.date(2026, 8, 31)

# What the architecture promises to recompute without the marts, whatever the slice by an attribute of the account.
INDEPENDENT = (
    *(
        "arr",
        "line_arr",
        "new_arr",
        "expansion_arr",
        "contraction_arr",
        "churned_arr",
        "reactivation_arr",
        "nrr",
        "grr",
    ),
    *("nrr_3m", "nrr_1m", "nrr_excluding_reactivated", "grr_strict", "nrr_flow", "nrr_monthly_compounded"),
    *("logo_churn_rate", "revenue_churn_rate", "median_days_to_first_value", "p90_days_to_first_value"),
    *("km_median_days_to_first_value", "first_value_on_target_rate", "churned_before_value_rate"),
    *("hours", "implementation_share", "csm_implementation_share", "renewal_rate", "renewal_amount_rate"),
    "handoff_completeness",
)


@pytest.fixture(scope="module")
def tracer(sample_build: Company) -> Iterator[Tracer]:
    with Tracer(Home(sample_build.home)) as tracer:
        yield tracer


@pytest.fixture(scope="module")
def generated_tracer(generated: Company) -> Iterator[Tracer]:
    with Tracer(Home(generated.home)) as tracer:
        yield tracer


def _questions(tracer: Tracer) -> Iterator[Question]:
    """Three per metric: the total of the last closed month, a slice of it by an attribute, the total of its quarter."""
    month = tracer.layer.calendar.last_closed_on
    assert month is not None
    for metric in tracer.layer.metrics:
        dimensions = tracer.layer.dimensions(metric)
        name = "segment" if "segment" in dimensions else min(dimensions)
        asked = Question(metric, month, "month", ((name, ""),))
        values = [value for value in tracer.manifest.dimension_values(tracer.layer, asked)[name] if value]
        yield Question.of(metric, month)
        yield Question.of(metric, month, "month", {name: "hybrid" if name == "segment" else min(values)})
        yield Question.of(metric, month, "quarter")


def test_every_metric_reconciles_in_three_slices(generated_tracer: Tracer) -> None:
    questions = list(_questions(generated_tracer))
    found = {trace.question: trace for trace in traced_together(generated_tracer, questions)}
    assert found.keys() == set(questions)
    assert {question: trace.differences[:2] for question, trace in found.items() if not trace.reconciles} == {}
    empty = {question for question, trace in found.items() if trace.value is None}
    assert {question for question in empty if not found[question].reason} == set()
    assert len(empty) < 0.1 * len(questions)
    for question in questions:
        trace = found[question]
        if trace.value is None:
            continue
        made = trace.recomputation
        assert made is not None
        assert made.value is not None
        assert made.method in (METHOD, REPLAYED)
        assert {entry.side.name for entry in trace.sides} == set(made.sides)
        assert question.metric not in INDEPENDENT or made.method == METHOD, question
    ratios = [trace for trace in found.values() if len(trace.sides) == 2 and trace.value is not None]
    assert len(ratios) > 100


def test_customers_with_whom_the_calendar_begins_are_read_whole(generated_tracer: Tracer) -> None:
    """The earliest onboarding of the company stands behind every month. Read without its milestones and its usage it
    would still be open, and be counted among those that are."""
    month = generated_tracer.layer.calendar.last_closed_on
    assert month is not None
    part = generated_tracer.part(Question.of("open_onboardings", month))
    with generated_tracer.traced(part) as traced, generated_tracer.recomputing(part, traced) as replay:
        firsts = replay.connection.execute(
            "select onboarding_id from intermediate.int_onboardings_unioned "
            "order by contract_signed_on, onboarding_id limit 1"
        ).fetchall()
        ends = "select ended_on, ended_by from intermediate.int_onboarding_ends where onboarding_id = ?"
        again = replay.connection.execute(ends, firsts[0]).fetchall()
    assert again == generated_tracer.layer.connection.execute(ends, firsts[0]).fetchall()
    assert again[0][0] is not None


@pytest.mark.parametrize(
    ("metric", "where"),
    [
        ("nrr", {}),
        ("nrr", {"csm": "unassigned"}),
        ("hours", {"function": "success"}),
        ("health_score", {"segment": "high_touch"}),
        ("active_references", {}),
        ("median_resolution_hours", {"segment": "hybrid"}),
    ],
)
def test_a_number_alone_needs_only_its_own_rows(tracer: Tracer, metric: str, where: dict[str, str]) -> None:
    trace = tracer.trace(Question.of(metric, MONTH, "month", where))
    assert trace.reconciles, trace.differences[:3]
    assert trace.value is None or trace.raw_rows
    for entry in trace.sides:
        shares = [row.share for row in entry.rows if row.share is not None]
        assert not shares or sum(shares) == pytest.approx(1)


@pytest.mark.parametrize(
    "metric",
    [
        *(
            "arr",
            "line_arr",
            "expansion_arr",
            "churned_arr",
            "grr",
            "nrr_3m",
            "nrr_excluding_reactivated",
            "grr_strict",
        ),
        *("nrr_flow", "nrr_monthly_compounded", "logo_churn_rate", "median_days_to_first_value"),
        *("km_median_days_to_first_value", "first_value_on_target_rate", "csm_implementation_share"),
        *("renewal_rate", "renewal_amount_rate", "handoff_completeness"),
    ],
)
def test_the_promised_families_are_recomputed_without_the_marts(tracer: Tracer, metric: str) -> None:
    trace = tracer.trace(Question.of(metric, MONTH))
    assert trace.reconciles, trace.differences[:3]
    assert trace.recomputation is not None
    assert trace.recomputation.method == METHOD


def _copy(home: Path, target: Path, *, warehouse: bool = False) -> Path:
    """A home of its own whose files are those of `home` until they are replaced."""
    current = (home / "current").resolve()
    shutil.copytree(home / "raw", target / "raw", copy_function=os.link)
    shutil.copytree(current, target / "builds" / current.name, copy_function=os.link)
    (target / "current").symlink_to(Path("builds") / current.name)
    if warehouse:
        published = target / "builds" / current.name / "warehouse.duckdb"
        published.unlink()
        shutil.copy2(current / "warehouse.duckdb", published)
    return target


def test_a_changed_raw_cell_is_named(sample_build: Company, tmp_path: Path) -> None:
    home = _copy(sample_build.home, tmp_path / "home")
    with Tracer(Home(home)) as tracer:
        question = Question.of("arr", MONTH)
        trace = tracer.trace(question)
        changed = next(row for row in trace.raw_rows if row.object == "SBQQ__Subscription__c" and row.row_count == 1)
        (file,) = (home / "raw" / "salesforce" / changed.object).glob(f"**/{changed.load_id}*.parquet")
        fresh = file.with_suffix(".fresh")
        duckdb.execute(
            f"copy (select * replace (case when _row_hash = '{changed.row_hash}' then '1' else "
            f"ARR__c end as ARR__c) from read_parquet('{file}')) to '{fresh}' (format parquet)"
        )
        fresh.replace(file)
        after = tracer.trace(question)
    assert not after.reconciles
    assert changed.place in after.differences[0].place
    assert "changed since it was loaded" in after.differences[0].place


def test_a_changed_policy_row_is_named(generated: Company, tmp_path: Path) -> None:
    home = _copy(generated.home, tmp_path / "home")
    (file,) = (home / "raw" / "policy" / "segments").glob("load_date=*/*.parquet")
    row = duckdb.execute(f"select _file, _row_number from read_parquet('{file}') where segment = 'hybrid'").fetchone()
    assert row is not None
    fresh = file.with_suffix(".fresh")
    duckdb.execute(
        "copy (select * replace (case when segment = 'hybrid' then '31' else target_days end as target_days) "
        f"from read_parquet('{file}')) to '{fresh}' (format parquet)"
    )
    fresh.replace(file)
    outcome = Company(generated.config, home).postsale("trace", "arr", "--at", str(MONTH), "--format", "json")
    assert outcome.returncode == 1
    found = json.loads(outcome.stdout)
    assert [entry["where"].split(" was changed")[0] for entry in found["differences"]] == [
        f"policy segments {row[0]}, row {row[1]}"
    ]
    assert found["recomputation"]["value"] == found["value"], "it moves no ARR and is noticed all the same"


def test_a_raw_file_that_is_gone_is_named(generated: Company, tmp_path: Path) -> None:
    home = _copy(generated.home, tmp_path / "home")
    question = Question.of("arr", MONTH)
    with Tracer(Home(home)) as tracer:
        gone = next(
            row for row in tracer.trace(question).raw_rows if row.object == "SBQQ__Subscription__c" and row.row_to
        )
        for file in (home / "raw" / "salesforce" / gone.object).glob(f"**/{gone.load_id}*.parquet"):
            file.unlink()
        (after,) = traced_together(tracer, [question])
    assert not after.reconciles
    assert any(
        entry.place == f"{gone.place} is no longer in the raw zone with the content that was loaded"
        for entry in after.differences
    )


def test_a_changed_mart_row_is_named_and_exits_1(sample_build: Company, tmp_path: Path) -> None:
    home = _copy(sample_build.home, tmp_path / "home", warehouse=True)
    with duckdb.connect(str((home / "current" / "warehouse.duckdb").resolve())) as connection:
        row = connection.execute(
            "update marts.fct_arr_window set current_arr = current_arr + 1 where arr_window_id = ("
            "select min(arr_window_id) from marts.fct_arr_window where window_months = 12 and is_base "
            f"and current_arr > 0 and month_end = date '{MONTH}') returning arr_window_id"
        ).fetchone()
        assert row is not None
    outcome = Company(sample_build.config, home).postsale("trace", "nrr", "--at", str(MONTH), "--format", "json")
    assert outcome.returncode == 1
    assert f"fct_arr_window row {row[0]}" in outcome.stderr
    found = json.loads(outcome.stdout)
    assert found["reconciles"] is False
    assert found["differences"][0]["published"] == found["differences"][0]["recomputed"] + 1


def test_formats_tell_the_same(sample_build: Company) -> None:
    arguments = ("trace", "arr", "--at", str(MONTH), "--where", "segment=hybrid")
    text = sample_build.postsale(*arguments, "--rows", "3")
    assert text.returncode == 0, text.stderr
    found = json.loads(sample_build.postsale(*arguments, "--format", "json").stdout)
    table = sample_build.postsale(*arguments, "--format", "csv").stdout
    assert found["reconciles"] is True
    assert found["recomputation"]["method"] == METHOD
    assert f"reconciles: {found['value']}" in text.stdout
    assert "… and" in text.stdout
    assert found["definition"]["formula"] in text.stdout
    assert all(row["row_hash"] and row["load_id"] and row["file"] for row in found["raw_rows"])
    lines = table.splitlines()
    assert sum(line.startswith("raw,") for line in lines) == len(found["raw_rows"])
    assert sum(line.startswith("fact,") for line in lines) == found["sides"][0]["rows"]


@pytest.mark.parametrize(
    ("metric", "at", "where", "reason"),
    [
        ("nrr", dt.date(1999, 1, 1), {}, "before the first contract"),
        ("nrr", dt.date(2199, 1, 1), {}, "the period is not over"),
        ("nrr", dt.date(2024, 2, 1), {}, "nothing to divide by: nrr_base_arr is 0"),
        ("median_days_to_first_value", dt.date(1999, 1, 1), {}, "before the first contract"),
    ],
)
def test_an_empty_number_has_a_reason(
    tracer: Tracer, metric: str, at: dt.date, where: dict[str, str], reason: str
) -> None:
    trace = tracer.trace(Question.of(metric, at, "month", where))
    assert trace.value is None
    assert trace.reason is not None
    assert reason in trace.reason
    assert trace.reconciles


def test_what_is_not_connected_is_the_reason(minimal_build: Company) -> None:
    outcome = minimal_build.postsale("trace", "hours", "--at", "2026-01-31", "--format", "json")
    assert outcome.returncode == 0, outcome.stderr
    found = json.loads(outcome.stdout)
    assert found["value"] is None
    assert found["reason"] == "not connected: time_entries"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nrrr", "--at", "2026-08-31"), "did you mean nrr"),
        (("nrr", "--at", "yesterday"), "--at"),
        (("nrr", "--at", "2026-08-31", "--grain", "day"), "nrr exists per month"),
        (("nrr", "--at", "2026-08-31", "--where", "segment"), "is not DIM=VALUE"),
        (("nrr", "--at", "2026-08-31", "--where", "colour=red"), "cannot be sliced by 'colour'"),
        (("nrr", "--at", "2026-08-31", "--where", "segment=hybird"), "nrr has no segment 'hybird'; one of: hybrid"),
        (("nrr", "--at", "2026-08-31", "--rows", "few"), "--rows"),
    ],
)
def test_what_cannot_be_asked_exits_2_with_a_mend(sample_build: Company, arguments: tuple[str, ...], said: str) -> None:
    outcome = sample_build.postsale("trace", *arguments)
    assert outcome.returncode == 2
    assert said in outcome.stderr


def test_the_command_of_an_exported_number() -> None:
    command = trace_command("nrr", dt.date(2026, 7, 1), "quarter", {"segment": "hybrid", "csm": "All", "team": None})
    assert command == "postsale trace nrr --at 2026-07-01 --grain quarter --where segment=hybrid"
    assert trace_command("hours", dt.date(2026, 7, 1), where={"person": "Ann O'Neil"}).endswith(
        """--where 'person=Ann O'"'"'Neil'"""
    )


def test_a_slice_is_said_once() -> None:
    with pytest.raises(UsageError, match="twice"):
        parse_where(["segment=hybrid", "segment=high_touch"])
