"""Each thing that can change a published number is noticed and named, and the parts of several add up exactly.

The company is the hand-computed one: 366,000 of ARR at the end of March 2025, 60,000 of it EUR at 1.10.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from orchestration.lib.dbt.compiled_models import CompiledModels
from orchestration.lib.ledger import Ledger, verify
from orchestration.lib.loader.policy import bundled_policy_dir
from tests.orchestration.lib.restatement.press import Press

JANUARY_2024, JULY_2024, MARCH = date(2024, 1, 1), date(2024, 7, 1), date(2025, 3, 1)


def own_activities(press: Press) -> None:
    """The company's own table of activities: training counts as success."""
    shutil.copy(bundled_policy_dir() / "activities.csv", press.config.parent / "policy" / "activities.csv")
    press.edit("policy/activities.csv", ("Training,implementation,", "Training,success,"))


def measure(press: Press, name: str) -> dict[str, Any]:
    """A measure of the definitions."""
    (found,) = (
        one for model in press.definitions["semantic_models"] for one in model["measures"] if one["name"] == name
    )
    found_measure: dict[str, Any] = found
    return found_measure


@dataclass(frozen=True)
class Case:
    """What is done to the company, which number it moves, how, and what the history says that it consists of."""

    change: Callable[[Press], None]
    metric: str
    at: date
    causes: str
    finding: str
    consists_of: str


CASES = {
    "a corrected row": Case(
        lambda press: press.edit("files/subscriptions.csv", ("2024-07-01,,42000", "2024-07-01,,43000")),
        "arr",
        MARCH,
        "rows_changed +1000",
        "canonical.subscriptions",
        '"columns": {"arr": ["42000", "43000"]}, "file": "subscriptions.csv"',
    ),
    "a row that came late": Case(
        lambda press: press.append("files/subscriptions.csv", "S16,A09,seats,2025-01-01,,5000,,USD,35,,"),
        "arr",
        MARCH,
        "rows_late +5000",
        "canonical.subscriptions",
        '"row": 17',
    ),
    "a row that left its file": Case(
        lambda press: press.edit("files/subscriptions.csv", ("S08,A05,seats,2024-11-15,,10000,,EUR,8,,\n", "")),
        "arr",
        MARCH,
        "rows_withdrawn -11000",
        "canonical.subscriptions",
        '"change": "withdrawn"',
    ),
    "a parent company left, and somebody's address changed": Case(
        lambda press: press.edit(
            "files/accounts.csv",
            (
                "A04,Dogwood Plant,A01,24000,Manufacturing,EMEA,2024-01-02,,",
                "A04,Dogwood Plant,,24000,Manufacturing,EMEA,2024-01-02,dana.reyes@postsale.example,",
            ),
        ),
        "new_arr",
        JANUARY_2024,
        "hierarchy +24000",
        "canonical.accounts",
        '"parent": ["A01", null]',
    ),
    "a row of policy": Case(
        own_activities,
        "implementation_hours",
        JULY_2024,
        "policy -16",
        "policy.activities",
        '"columns": {"category": ["implementation", "success"]}',
    ),
    "a scalar of policy": Case(
        lambda press: press.edit(
            "postsale.toml", ("[sources.books]", "[policy]\nrenewal_grace_days = 10\n[sources.books]")
        ),
        "arr",
        date(2024, 12, 1),
        "policy -24000",
        "postsale.toml",
        '"name": "renewal_grace_days"',
    ),
    "an exchange rate": Case(
        lambda press: press.edit("policy/fx_rates.csv", ("EUR,2025,1.10", "EUR,2025,1.20")),
        "arr",
        MARCH,
        "fx +6000",
        "exchange rates",
        '"columns": {"fiscal_year": ["2025", "2025"], "rate": ["1.10", "1.20"]}',
    ),
    "code": Case(
        lambda press: press.recode("int_arr_lines", lambda sql: sql.replace("\n    arr,", "\n    arr + 1 as arr,")),
        "arr",
        MARCH,
        "code +8",
        "code",
        '"model": "int_arr_lines"',
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_one_cause_is_named_and_is_the_whole_difference(press: Press, case: Case) -> None:
    case.change(press)
    assert press.publish().restated > 0
    row = press.why(case.metric, case.at)
    assert row["is_restatement"]
    assert row["causes"] == case.causes
    (part,) = row["parts"]
    assert part["difference"] == row["difference"]
    said = {finding["object"]: json.dumps(finding["items"], sort_keys=True) for finding in row["findings"]}
    assert case.consists_of in said[case.finding]
    # the chain holds the explanation too, and nothing in it that a person may ask to have forgotten
    assert verify(press.home)[1] is None
    with duckdb.connect() as connection:
        texts = connection.execute(f"select value from {Ledger.of(press.home.path).relation()}").fetchall()
    assert not any("@" in (text or "") for (text,) in texts)


def test_three_causes_in_one_build_add_up(press: Press) -> None:
    press.append("files/subscriptions.csv", "S16,A09,seats,2025-01-01,,5000,,USD,35,,")
    press.edit("files/subscriptions.csv", ("2026-02-28,50000,,EUR", "2026-02-28,60000,,EUR"))
    press.edit("policy/fx_rates.csv", ("EUR,2025,1.10", "EUR,2025,1.20"))
    press.publish()
    row = press.why("arr", MARCH)
    # The corrected 10,000 EUR count at the old rate; the new rate then moves all 70,000.
    assert row["causes"] == "rows_late +5000, rows_changed +11000, fx +7000"
    assert row["difference"] == Decimal(23000) == sum(part["difference"] for part in row["parts"])
    for metric in ("nrr", "expansion_arr"):
        slices = press.why("nrr", MARCH, industry="Energy") if metric == "nrr" else press.why(metric, date(2024, 11, 1))
        assert len(slices["parts"]) >= 1
        assert sum(part["difference"] for part in slices["parts"]) == slices["difference"]
    # the same in the warehouse, for every value
    with duckdb.connect(str(press.home.warehouse.resolve()), read_only=True) as warehouse:
        torn = warehouse.execute(
            """
            select count(*) from audit.restatement as whole
            left join (
                select metric, grain, metric_time, slice, sum(difference) as difference
                from audit.restatement_part group by all
            ) as parts using (metric, grain, metric_time, slice)
            where parts.difference is distinct from whole.difference
            """
        ).fetchone()
        causes = warehouse.execute(
            "select causes, value_before, value_after, difference from audit.restatement "
            "where metric = 'arr' and slice = '{}' and metric_time = date '2025-03-01'"
        ).fetchone()
        places = warehouse.execute(
            "select item ->> 'file', (item ->> 'row')::int from audit.restatement_finding where cause = 'rows_late'"
        ).fetchall()
    assert torn == (0,)
    assert causes == ("fx, rows_changed, rows_late", "366000.000000", "389000.000000", Decimal(23000))
    assert places == [("subscriptions.csv", 17)]


def test_definition_and_code_are_told_apart_from_rows(press: Press) -> None:
    press.edit("files/subscriptions.csv", ("2024-07-01,,42000", "2024-07-01,,43000"))
    measure(press, "arr_at_month_end")["expr"] = "arr * 2"
    press.recode("int_arr_lines", lambda sql: sql.replace("\n    arr,", "\n    arr + 1 as arr,"))
    press.publish()
    row = press.why("arr", MARCH)
    # 367,000 doubled; then eight lines are one more each, doubled
    assert row["causes"] == "rows_changed +1000, definition +367000, code +16"
    (diff,) = (finding["diff"] for finding in row["findings"] if finding["cause"] == "definition")
    assert any(line.startswith("-") and '"expr": "arr"' in line for line in diff)
    assert any(line.startswith("+") and '"expr": "arr * 2"' in line for line in diff)
    # a metric that is defined as before has no part of a definition
    assert press.why("new_arr", JULY_2024)["causes"] == "rows_changed +1000, code +1"


def test_a_definition_that_needs_the_new_code_is_not_told_apart_from_it(press: Press) -> None:
    snapshot = press.models.by_name["fct_arr_snapshot"]
    head, _, tail = snapshot.sql.rpartition("\n    arr,\n")
    widened = replace(
        snapshot,
        sql=f"{head}\n    arr,\n    arr + 1 as arr_and_one,\n{tail}",
        columns=(*snapshot.columns, ("arr_and_one", "decimal(28, 6)")),
    )
    others = [model for name, model in press.models.by_name.items() if name != "fct_arr_snapshot"]
    press.models, press.code_version = CompiledModels([widened, *others]), "other"
    measure(press, "arr_at_month_end")["expr"] = "arr_and_one"
    press.edit("files/subscriptions.csv", ("2024-07-01,,42000", "2024-07-01,,43000"))
    press.publish()
    causes = press.why("arr", MARCH)["causes"]
    assert causes.startswith("rows_changed +1000, definition and code +")


def test_grace_that_ran_out_is_told_apart_from_the_clock(press: Press) -> None:
    # A06 comes back for a while; A07's next term is agreed, so nothing is in doubt there
    press.append("files/subscriptions.csv", "S17,A06,seats,2024-12-01,2025-03-15,7000,,USD,35,,")
    press.publish()
    assert press.why("arr", MARCH)["value"] == Decimal(373000)
    press.publish(as_of=date(2025, 4, 30))
    row = press.why("arr", MARCH)
    assert row["causes"] == "grace_expired -7000"
    (finding,) = (finding for finding in row["findings"] if finding["cause"] == "grace_expired")
    assert finding["items"] == [{"account": "A06", "service_ended_before": "2025-03-16"}]


def test_a_new_fiscal_year_restates_by_its_rates(press: Press) -> None:
    press.append("policy/fx_rates.csv", "EUR,2026,1.30")
    press.publish()
    press.edit("postsale.toml", ("[sources.books]", "[policy]\nfiscal_year_start_month = 3\n[sources.books]"))
    press.publish()
    row = press.why("arr", MARCH)
    assert row["causes"] == "fx +12000"
    items = [item for finding in row["findings"] if finding["object"] == "exchange rates" for item in finding["items"]]
    assert items == [{"currency": "EUR", "columns": {"fiscal_year": ["2025", "2026"], "rate": ["1.10", "1.30"]}}]


def test_the_ledger_explains_without_the_builds_it_speaks_of(press: Press) -> None:
    assert press.publish().restated == 0
    (press.home.path / "current").unlink()
    shutil.rmtree(press.home.builds)
    press.append("files/subscriptions.csv", "S16,A09,seats,2025-01-01,,5000,,USD,35,,")
    press.edit("policy/fx_rates.csv", ("EUR,2025,1.10", "EUR,2025,1.20"))
    press.publish()
    assert press.why("arr", MARCH)["causes"] == "rows_late +5000, fx +6000"
    assert verify(press.home)[1] is None


def test_what_was_kept_and_is_gone_is_missed_and_explains_no_more(press: Press) -> None:
    for file in (press.home.path / "ledger" / "kept").iterdir():
        file.unlink()
    _, broken = verify(press.home)
    assert broken is not None
    assert (broken.sequence, "missing" in broken.problem) == (2, True)
    press.edit("files/subscriptions.csv", ("2024-07-01,,42000", "2024-07-01,,43000"))
    press.publish()
    row = press.why("arr", MARCH)
    assert row["causes"] == "unexplained +1000"
    assert "the file is missing" in row["findings"][0]["items"][0]["reason"]
