"""Health and warnings of companies small enough to be worked out by hand."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.lib.sample.days import plus, plus_months
from orchestration.lib.sample.model import Account, Contact, Meeting
from orchestration.lib.sample.parameters import Parameters
from orchestration.lib.sample.simulate import simulate
from orchestration.lib.sample.truth.book import Book
from orchestration.lib.sample.truth.health import BACKTEST_DAYS, SIGNALS, histories, measure, rounded, score
from orchestration.lib.sample.truth.renewals import renewals
from orchestration.lib.sample.truth.tally import TOTAL, Tally
from orchestration.lib.sample.truth.warnings import runs
from tests.orchestration.lib.sample.builder import Builder

SIGNED = date(2024, 1, 10)
MISSING = dict.fromkeys(SIGNALS)


@pytest.fixture
def built() -> Builder:
    return Builder()


def contact(built: Builder, account: Account, role: str, from_on: date, left_on: date | None = None) -> Contact:
    made = Contact(len(built.company.contacts), account, "Ada", "Ames", "", role, from_on, left_on)
    built.company.contacts.append(made)
    return made


def meet(built: Builder, who: Contact, at: datetime, attended: bool = True) -> None:
    built.company.meetings.append(Meeting(who.account, who, built.csm, "Weekly Sync", at, 30, attended))


def test_the_weight_of_missing_signals_goes_to_the_others() -> None:
    assert score(MISSING) is None
    assert score(MISSING | {"sentiment": Fraction(9)}) == 100
    assert score(MISSING | {"sentiment": Fraction(9), "support_friction": Fraction(6)}) == rounded(Fraction(500, 15), 4)
    assert score(MISSING | {"time_to_value": Fraction(3, 2), "support_friction": Fraction(0)}) == 70


def test_time_to_value_counts_the_days_so_far_once_the_target_has_passed(built: Builder) -> None:
    account = built.account("Slow", segment="hybrid")
    built.line(account, "100", date(2024, 1, 1))
    built.onboarding(account, SIGNED, first_value_on=date(2024, 4, 5))
    truth = built.answers()
    # 21 days by the end of January say nothing yet, 50 of 30 by the end of February count, and so do the 86 it took
    assert truth.of("health_score", date(2024, 1, 1)) is None
    assert truth.of("health_score", date(2024, 2, 1)) == Decimal("33.3333")
    assert truth.of("health_score", date(2024, 4, 1)) == 0
    assert truth.of("at_risk_arr", date(2024, 2, 1)) == 100
    assert truth.of("healthy_accounts", date(2024, 2, 1)) == 0


def test_a_sponsor_who_leaves_is_missed_until_a_successor_comes(built: Builder) -> None:
    account = built.account("Left", segment="hybrid")
    built.line(account, "100", date(2024, 1, 1))
    contact(built, account, "sponsor", date(2023, 6, 1), date(2024, 2, 10))
    successor = contact(built, account, "sponsor", date(2024, 3, 20))
    meet(built, successor, datetime(2024, 2, 11, 0, 0))
    truth = built.answers()
    left = ("warning_kind", "sponsor_left")
    assert [truth.of("warnings_opened", date(2024, month, 1), *left) for month in (1, 2, 3)] == [0, 1, 0]
    assert [truth.of("open_warnings", date(2024, month, 1), *left) for month in (1, 2, 3)] == [0, 1, 0]
    assert truth.of("warnings_closed", date(2024, 3, 1), *left) == 1
    assert truth.of("warning_response_24h_rate", date(2024, 2, 1), *left) == 1
    assert truth.of("median_response_hours", date(2024, 2, 1), *left) == 0
    # 90 days after the successor came
    silent = ("warning_kind", "sponsor_silent")
    assert [truth.of("warnings_opened", date(2024, month, 1), *silent) for month in (5, 6, 7)] == [0, 1, 0]


def test_leaving_closes_a_warning_and_absence_is_no_answer(built: Builder) -> None:
    account = built.account("Gone", segment="hybrid")
    built.line(account, "100", date(2024, 1, 1), date(2024, 5, 31), terminated_on=date(2024, 5, 31))
    champion = contact(built, account, "champion", date(2023, 6, 1), date(2024, 2, 10))
    meet(built, champion, datetime(2024, 2, 11, 9, 0), attended=False)
    meet(built, champion, datetime(2024, 2, 13, 12, 0))
    truth = built.answers()
    assert truth.of("warning_response_24h_rate", date(2024, 2, 1)) == 0
    assert truth.of("median_response_hours", date(2024, 2, 1)) == 60
    assert truth.of("warnings_closed", date(2024, 6, 1)) == 1
    assert truth.of("open_warnings", date(2024, 5, 1)) == 1
    assert truth.of("open_warnings", date(2024, 6, 1)) == 0


@given(st.sets(st.integers(0, 60)))
def test_runs_cover_the_days_and_never_touch(days: set[int]) -> None:
    found = list(runs(days))
    assert {day for first, last in found for day in range(first, last + 1)} == days
    assert all(before[1] + 1 < after[0] for before, after in pairwise(found))


@given(st.dictionaries(st.sampled_from(list(SIGNALS)), st.fractions(-10, 10), min_size=1))
def test_a_score_lies_between_its_points(values: dict[str, Fraction]) -> None:
    whole = score(MISSING | values)
    assert whole is not None
    alone = [score(MISSING | {signal: value}) for signal, value in values.items()]
    points = [one for one in alone if one is not None]
    assert min(points) - Fraction(1, 1000) <= whole <= max(points) + Fraction(1, 1000)


def test_the_back_test_is_the_rank_statistic_of_the_scores() -> None:
    """AUC from the sum of ranks (Mann and Whitney), ties at their mean rank, against the count of pairs."""
    book = Book(simulate(Parameters(accounts=40, months=26, seed=21)))
    tally = Tally(book.months)
    measure(book, tally)
    scored = {(one.account.key, one.month_end): one.score for one in histories(book) if one.score is not None}
    decided = []
    for account in book.accounts:
        for renewal in renewals(book, account):
            early = [end for key, end in scored if key == account.key and end <= plus(renewal.due_on, -BACKTEST_DAYS)]
            if renewal.outcome != "pending" and early:
                decided.append((renewal.due_on, scored[account.key, max(early)], renewal.outcome != "lost"))
    judged = 0
    for end in book.months:
        since = plus_months(end.replace(day=1), -11)
        here = sorted((value, kept) for due_on, value, kept in decided if since <= due_on <= end)
        renewed = sum(kept for _, kept in here)
        if 0 < renewed < len(here):
            values = [value for value, _ in here]
            ranks = [Fraction(2 * values.index(value) + values.count(value) + 1, 2) for value in values]
            of_renewed = sum((rank for rank, (_, kept) in zip(ranks, here, strict=True) if kept), Fraction(0))
            auc = (of_renewed - Fraction(renewed * (renewed + 1), 2)) / (renewed * (len(here) - renewed))
            assert tally.ratios_of("health_backtest_auc")[end.replace(day=1), TOTAL] == auc
            judged += 1
    assert judged > 3
