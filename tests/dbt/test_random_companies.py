"""What holds in every company, asserted over companies made at random (Hypothesis).

Each is written into a raw zone of its own and its marts are made by the compiled statements of a published build, in
memory: the same SQL, in two seconds instead of thirty.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from orchestration.lib.dbt.compiled_models import CompiledModels, keep_compiled_models
from orchestration.lib.replay import Replay
from orchestration.lib.replay.sources import raw_sources
from tests.conftest import Company as Published
from tests.dbt.company import Company
from tests.dbt.random_company import CATEGORIES, as_whole_company, random_reference

# A failing company is readable as it is found (its seed is shown); shrinking it would repeat hundreds of builds.
SETTINGS = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
MARTS = (
    *("fct_arr_snapshot", "fct_arr_movement", "fct_arr_window", "fct_expansion", "fct_renewal", "fct_time_entry"),
    *("fct_health_score", "fct_health_contribution", "fct_onboarding_month", "fct_onboarding_health_contribution"),
    *("fct_warning", "dim_account_history", "fct_arr_transfer"),
)


@dataclass(frozen=True)
class Made:
    """A company and its marts."""

    company: Company
    replay: Replay

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.replay.connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def models(generated: Published, tmp_path_factory: pytest.TempPathFactory) -> CompiledModels:
    folder = tmp_path_factory.mktemp("models")
    assert keep_compiled_models(generated.home / "dbt" / "target" / "manifest.json", folder)
    return CompiledModels.read(folder)


@contextmanager
def made(models: CompiledModels, company: Company) -> Iterator[Made]:
    with TemporaryDirectory() as folder:
        home = Path(folder)
        company.write(home)
        with Replay(models, raw_sources(home, home / "next"), copy_rows=True) as replay:
            replay.connection.execute("set threads = 1")
            replay.make(MARTS)
            yield Made(company, replay)


@SETTINGS
@given(seed=st.integers(0, 2**32), accounts=st.integers(1, 25), grace=st.sampled_from([0, 30]))
def test_identities(models: CompiledModels, seed: int, accounts: int, grace: int) -> None:
    company = as_whole_company(random_reference(seed, accounts, grace), Random(seed))
    with made(models, company) as found:
        event(f"warnings: {len(found.rows('select 1 from marts.fct_warning')) > 10}")
        a_warning_never_opens_twice(found)
        health_is_the_sum_of_its_parts(found)
        onboarding_health_is_the_sum_of_its_parts(found)
        expansion_parts_are_the_movement(found)
        movements_close(found)
        windows_keep_their_order(found)
        slices_add_up(found)
        renewals_are_each_something(found)
        hours_are_all_there(found)


def test_the_companies_are_hard_enough(models: CompiledModels) -> None:
    """Everything that the identities speak of happens in companies like those above."""
    with made(models, as_whole_company(random_reference(5, 60, 30), Random(5))) as found:
        warnings = found.rows("select kind, count(*) filter (closed_on is not null) from marts.fct_warning group by 1")
        again = found.rows("select 1 from marts.fct_warning group by kind, subject_id having count(*) > 1")
        missing = found.rows("select 1 from marts.fct_health_contribution where not is_present")
        changes = found.rows("select 1 from marts.fct_health_contribution where contribution_change <> 0")
        motions = {motion for (motion,) in found.rows("select distinct motion from marts.fct_expansion")}
        drivers = {driver for (driver,) in found.rows("select distinct driver from marts.fct_expansion")}
        outcomes = {outcome for (outcome,) in found.rows("select distinct outcome from marts.fct_renewal")}
        scored = found.rows("select 1 from marts.fct_onboarding_month where onboarding_health_score is not null")
    assert len(warnings) >= 10
    assert sum(closed for _, closed in warnings) > 50
    assert len(again) > 10
    assert len(missing) > 50
    assert len(changes) > 50
    assert len(scored) > 50
    assert motions >= {"proactive", "reactive", "contracted", "unattributed"}
    assert drivers >= {"product", "seats", "price"}
    assert outcomes == {"renewed_on_time", "renewed_late", "lost", "pending"}


def a_warning_never_opens_twice(found: Made) -> None:
    """Of one kind about one subject the next opens after the last was closed."""
    of_subject: dict[tuple[str, str, str], list[tuple[date, date | None]]] = defaultdict(list)
    for kind, subject_type, subject, opened_on, closed_on, is_open in found.rows(
        "select kind, subject_type, subject_id, opened_on, closed_on, is_open from marts.fct_warning order by opened_on"
    ):
        assert is_open == (closed_on is None)
        assert closed_on is None or opened_on < closed_on
        of_subject[kind, subject_type, subject].append((opened_on, closed_on))
    for stretches in of_subject.values():
        for (_, closed_on), (opened_again_on, _) in pairwise(stretches):
            assert closed_on is not None
            assert closed_on < opened_again_on or closed_on == opened_again_on


def health_is_the_sum_of_its_parts(found: Made) -> None:
    """And a change of the score is the sum of its signals' changes, exactly."""
    wrong = found.rows(
        """
        with parts as (
            select health_score_id, sum(contribution) as score, sum(contribution_change) as change,
                sum(weight_share) filter (is_present) as weights
            from marts.fct_health_contribution group by 1
        )
        select scores.health_score_id
        from marts.fct_health_score as scores full join parts using (health_score_id)
        where scores.health_score is distinct from parts.score
            or scores.health_score_change is distinct from
                case when scores.previous_health_score is not null then parts.change end
            or scores.health_score_change is distinct from scores.health_score - scores.previous_health_score
            or scores.health_score not between 0 and 100
        """
    )
    assert wrong == []


def onboarding_health_is_the_sum_of_its_parts(found: Made) -> None:
    wrong = found.rows(
        """
        select months.onboarding_month_id
        from marts.fct_onboarding_month as months
        left join (
            select onboarding_month_id, sum(contribution) as score
            from marts.fct_onboarding_health_contribution group by 1
        ) as parts using (onboarding_month_id)
        where months.onboarding_health_score is distinct from parts.score
            or months.onboarding_health_score not between 0 and 100
        """
    )
    assert wrong == []


def expansion_parts_are_the_movement(found: Made) -> None:
    wrong = found.rows(
        """
        select movements.arr_movement_id
        from (
            select * from marts.fct_arr_movement where movement_type in ('expansion', 'contraction')
        ) as movements
        full join (
            select arr_movement_id, sum(amount) as net from marts.fct_expansion group by 1
        ) as parts using (arr_movement_id)
        where case movement_type when 'contraction' then -amount else amount end is distinct from net
        """
    )
    assert wrong == []


def movements_close(found: Made) -> None:
    """One movement per account and month, and opening plus movements is closing, for each account."""
    assert found.rows("select 1 from marts.fct_arr_movement group by account_id, month_end having count(*) > 1") == []
    moved = {
        (account, day): amount if kind in ("new", "reactivation", "expansion") else -amount
        for account, day, kind, amount in found.rows(
            "select account_id, month_end, movement_type, amount from marts.fct_arr_movement"
        )
    }
    closing: dict[str, Decimal] = defaultdict(Decimal)
    for account, day, arr in found.rows("select account_id, month_end, arr from marts.fct_arr_snapshot order by 2"):
        assert closing[account] + moved.pop((account, day), Decimal(0)) == arr
        closing[account] = arr
    assert moved == {}


def windows_keep_their_order(found: Made) -> None:
    """strict GRR <= GRR <= min(1, NRR without expansion), per account, in total and in each segment."""
    assert (
        found.rows(
            """
        select 1 from marts.fct_arr_window
        where running_min_arr > retained_arr or retained_arr > least(base_arr, current_arr)
            or (base_arr = 0 and current_arr + running_min_arr <> 0)
        """
        )
        == []
    )
    # Over one month expansion is what the movements say it is.
    sums = found.rows(
        """
        select windows.window_months, windows.month_end, books.segment, sum(base_arr), sum(current_arr),
            sum(retained_arr), sum(running_min_arr),
            sum(case when movements.movement_type = 'expansion' then movements.amount else 0 end)
        from marts.fct_arr_window as windows
        join marts.dim_account_history as books using (book_id)
        left join marts.fct_arr_movement as movements
            on windows.window_months = 1 and windows.account_id = movements.account_id
                and windows.month_end = movements.month_end and windows.base_arr > 0
        group by grouping sets ((1, 2), (1, 2, 3))
        """
    )
    for months, _, _, base, current, retained, strict, expansion in sums:
        assert strict <= retained <= min(base, current)
        if months == 1:
            assert retained == current - expansion


def slices_add_up(found: Made) -> None:
    """Every stock, opening and movement lies in exactly one book, and moves between books cancel out."""
    for fact, amount in (("fct_arr_snapshot", "arr"), ("fct_arr_movement", "amount"), ("fct_arr_window", "base_arr")):
        total = f"select count(*), sum({amount}) from marts.{fact}"
        assert found.rows(f"{total} join marts.dim_account_history using (book_id)") == found.rows(total), fact
    assert found.rows("select 1 from marts.fct_arr_transfer group by month_end having sum(amount) <> 0") == []


def renewals_are_each_something(found: Made) -> None:
    wrong = found.rows(
        """
        select 1 from marts.fct_renewal
        where outcome not in ('renewed_on_time', 'renewed_late', 'lost', 'pending')
            or is_decided <> (outcome <> 'pending')
            or kept_arr > due_arr
        """
    )
    assert wrong == []
    assert found.rows("select 1 from marts.fct_renewal group by account_id, due_on having count(*) > 1") == []


def hours_are_all_there(found: Made) -> None:
    """Hours of the source up to as_of, by category: none is lost, none is counted twice."""
    expected: dict[str, Decimal] = defaultdict(Decimal)
    for row in found.company.objects["time_entries"]:
        spent_on, activity = row["spent_on"], row["activity"]
        assert isinstance(spent_on, date)
        if spent_on <= found.company.as_of:
            expected[CATEGORIES.get(str(activity), "unclassified")] += Decimal(str(row["hours"]))
    by_category = found.rows("select category, sum(hours) from marts.fct_time_entry group by 1")
    assert dict(by_category) == dict(expected)
