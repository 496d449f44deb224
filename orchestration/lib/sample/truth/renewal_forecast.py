"""What pending renewals are expected to keep: a deal that is closed speaks for itself, the others by past outcomes."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from orchestration.lib.sample.days import plus
from orchestration.lib.sample.truth.book import SIX_PLACES, ZERO, Book
from orchestration.lib.sample.truth.health import BACKTEST_DAYS, Health, histories
from orchestration.lib.sample.truth.renewals import Renewal, renewal_slices, renewals
from orchestration.lib.sample.truth.tally import Tally

#: Default policy: fewer outcomes of a band than these are no base.
FEWEST_OUTCOMES = 10

AWAITED = ("renewals_pending_by_health", "renewal_pending_arr_by_health")


def measure(book: Book, tally: Tally) -> None:
    """All metrics of the renewal forecast, by month of the due date."""
    scores: dict[int, list[Health]] = defaultdict(list)
    for health in histories(book):
        if health.score is not None:
            scores[health.account.key].append(health)
    found = [
        (renewal, _band(scores[account.key], renewal))
        for account in book.accounts
        for renewal in renewals(book, account)
    ]
    for renewal, band in found:
        if renewal.outcome == "pending":
            past = [one for one, its_band in found if one.outcome != "pending" and its_band == band]
            _count(book, renewal, band, past, tally)
    for flow in AWAITED:
        tally.fill(flow)


def _band(scores: list[Health], renewal: Renewal) -> str:
    """The band of the last month-end so many days before the due date."""
    early = [one for one in scores if one.month_end <= plus(renewal.due_on, -BACKTEST_DAYS)]
    return max(early, key=lambda one: one.month_end).band if early else "unknown"


def _count(book: Book, renewal: Renewal, band: str, past: list[Renewal], tally: Tally) -> None:
    rate: Decimal | None = None
    if renewal.deal_state in ("won", "lost"):
        rate = Decimal(renewal.deal_state == "won")
    elif len(past) >= FEWEST_OUTCOMES:
        kept = sum((min(one.due, one.renewed) for one in past), ZERO)
        due = sum((one.due for one in past), ZERO)
        rate = (kept / due).quantize(SIX_PLACES, rounding=ROUND_HALF_UP)
    slices = [*renewal_slices(book, renewal), ("health_band", band)]
    tally.count("renewals_pending_by_health", renewal.due_on, slices)
    tally.add("renewal_pending_arr_by_health", renewal.due_on, slices, renewal.due)
    tally.count("renewals_with_forecast", renewal.due_on, slices, rate is not None)
    if rate is not None:
        expected = (renewal.due * rate).quantize(SIX_PLACES, rounding=ROUND_HALF_UP)
        tally.add("renewal_forecast_arr", renewal.due_on, slices, expected)
        tally.add("renewal_forecast_due_arr", renewal.due_on, slices, renewal.due)
