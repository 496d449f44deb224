"""Time to value: arrivals by their own month, deadlines by signature, survival and loss over twelve-month cohorts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from orchestration.lib.sample.days import days_between, plus, plus_months, quarter
from orchestration.lib.sample.model import Onboarding
from orchestration.lib.sample.truth.book import DIMENSIONS, TARGET_DAYS, Book
from orchestration.lib.sample.truth.ends import Ends
from orchestration.lib.sample.truth.first_value import first_value_day
from orchestration.lib.sample.truth.journey import slices_of
from orchestration.lib.sample.truth.tally import TOTAL, Slice, Tally

COHORT_MONTHS = 12


@dataclass(frozen=True)
class Journey:
    """One onboarding as seen at as_of, with the slices of its signature."""

    signed_on: date
    kickoff_on: date | None
    go_live_on: date | None
    first_value_on: date | None
    lost_on: date | None
    deadline_on: date
    slices: tuple[Slice, ...]
    held: tuple[date, ...]

    def held_until(self, day: date) -> int:
        """Days on hold after the signature, each once."""
        return len({held for held in self.held if self.signed_on < held <= day})


def measure(book: Book, tally: Tally) -> None:
    """All metrics of the time-to-value family, by month."""
    ends = Ends(book)
    journeys = [
        _journey(book, ends, onboarding) for account in book.accounts for onboarding in book.onboardings[account.key]
    ]
    _arrivals(journeys, tally)
    _deadlines(journeys, book.as_of, tally)
    for end in book.months:
        _cohort(journeys, end, tally)


def onboarding_slices(book: Book, ends: Ends, onboarding: Onboarding) -> tuple[Slice, ...]:
    """The account's slices at the signature, and the onboarding's own quarter, configuration and arrival at value."""
    slices = dict(slices_of(book, onboarding.account, onboarding.signed_on))
    slices["signed_quarter"] = quarter(onboarding.signed_on)
    slices["configuration"] = onboarding.configuration
    arrived_on = first_value_day(book, onboarding)
    if arrived_on is not None:
        deadline_on = plus(onboarding.signed_on, TARGET_DAYS[slices["segment"]])
        slices["ttfv_band"] = "on_target" if arrived_on <= deadline_on else "late"
    else:
        slices["ttfv_band"] = "pending" if ends.on(onboarding) is None else "never"
    return tuple(slices.items())


def _journey(book: Book, ends: Ends, onboarding: Onboarding) -> Journey:
    account, signed_on = onboarding.account, onboarding.signed_on

    def seen(day: date | None) -> date | None:
        return day if day is not None and day <= book.as_of else None

    losses = [book.service_ended_on(account), seen(onboarding.exited_on) if onboarding.cancelled else None]
    known_losses = [day for day in losses if day is not None]
    return Journey(
        signed_on,
        seen(onboarding.kickoff_on),
        seen(onboarding.go_live_on),
        first_value_day(book, onboarding),
        min(known_losses, default=None),
        plus(signed_on, TARGET_DAYS[book.segment(account, signed_on)]),
        onboarding_slices(book, ends, onboarding),
        tuple(
            day
            for hold in onboarding.holds
            for day in days_between(hold.from_on, min(hold.to_on or book.as_of, book.as_of))
        ),
    )


def _arrivals(journeys: list[Journey], tally: Tally) -> None:
    days: dict[str, dict[tuple[date, Slice], list[int]]] = defaultdict(lambda: defaultdict(list))

    def arrived(name: str, day: date, since: date, slices: tuple[Slice, ...], held: int = 0) -> None:
        for one in (TOTAL, *slices):
            days[name][(day.replace(day=1), one)].append((day - since).days - held)

    for journey in journeys:
        tally.count("signed_onboardings", journey.signed_on, journey.slices)
        if journey.kickoff_on is not None:
            arrived("kickoff", journey.kickoff_on, journey.signed_on, journey.slices)
        if journey.go_live_on is not None:
            arrived("live", journey.go_live_on, journey.signed_on, journey.slices)
            held = journey.held_until(journey.go_live_on)
            arrived("live_net", journey.go_live_on, journey.signed_on, journey.slices, held)
            tally.count("go_lives", journey.go_live_on, journey.slices)
        if journey.first_value_on is not None:
            arrived("first_value", journey.first_value_on, journey.signed_on, journey.slices)
            held = journey.held_until(journey.first_value_on)
            arrived("first_value_net", journey.first_value_on, journey.signed_on, journey.slices, held)
            tally.count("first_value_arrivals", journey.first_value_on, journey.slices)
            if journey.go_live_on is not None:
                arrived("live_to_first_value", journey.first_value_on, journey.go_live_on, journey.slices)
    for metric in ("first_value_arrivals", "signed_onboardings", "go_lives"):
        tally.fill(metric)
    for metric, name, share in (
        ("median_days_to_kickoff", "kickoff", Fraction(1, 2)),
        ("median_days_to_live", "live", Fraction(1, 2)),
        ("median_days_to_first_value", "first_value", Fraction(1, 2)),
        ("p90_days_to_first_value", "first_value", Fraction(9, 10)),
        ("median_days_to_live_net_of_hold", "live_net", Fraction(1, 2)),
        ("median_days_to_first_value_net_of_hold", "first_value_net", Fraction(1, 2)),
        ("median_days_live_to_first_value", "live_to_first_value", Fraction(1, 2)),
    ):
        for (month, one), values in days[name].items():
            tally.set(metric, month, one, percentile(values, share))


def percentile(values: Sequence[int | Fraction], share: Fraction) -> Fraction:
    """Continuous percentile: linear between the two nearest ranks (the SQL standard's ``percentile_cont``)."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return Fraction(ordered[below] + (place - below) * (ordered[above] - ordered[below]))


def _deadlines(journeys: list[Journey], as_of: date, tally: Tally) -> None:
    for journey in journeys:
        if journey.deadline_on <= as_of:
            on_target = journey.first_value_on is not None and journey.first_value_on <= journey.deadline_on
            tally.count("first_value_due_onboardings", journey.signed_on, journey.slices)
            tally.count("first_value_on_target_onboardings", journey.signed_on, journey.slices, on_target)
    tally.ratio("first_value_on_target_rate", "first_value_on_target_onboardings", "first_value_due_onboardings")
    tally.fill("first_value_due_onboardings")


def _cohort(journeys: list[Journey], end: date, tally: Tally) -> None:
    """Onboardings signed in the twelve months to a month-end, with what was known at it."""
    after = _same_end(end)
    cohort: dict[Slice, list[Journey]] = defaultdict(list)
    for journey in journeys:
        if after < journey.signed_on <= end:
            for one in (TOTAL, *journey.slices):
                cohort[one].append(journey)
    for one, members in cohort.items():
        lost = sum(1 for journey in members if _is_lost(journey, end))
        tally.set("onboarding_cohort_size", end, one, Fraction(len(members)))
        tally.set("onboardings_churned_before_value", end, one, Fraction(lost))
        tally.set("churned_before_value_rate", end, one, Fraction(lost, len(members)))
        if one[0] not in ("", *DIMENSIONS):
            continue
        median = survival_median([_duration(journey, end) for journey in members])
        if median is not None:
            tally.set("km_median_days_to_first_value", end, one, Fraction(median))


def _same_end(end: date) -> date:
    """The month-end twelve months before."""
    start = plus_months(end.replace(day=1), -COHORT_MONTHS + 1)
    return plus(start, -1)


def _is_lost(journey: Journey, end: date) -> bool:
    """Whether the customer left by the month-end without value, or before it came."""
    if journey.lost_on is None or journey.lost_on > end:
        return False
    return journey.first_value_on is None or journey.first_value_on > journey.lost_on


def _duration(journey: Journey, end: date) -> tuple[int, bool]:
    """Days from signature to first value, or to the loss or month-end that came first; and whether value came."""
    stop = end if journey.lost_on is None else min(end, journey.lost_on)
    if journey.first_value_on is not None and journey.first_value_on <= stop:
        return (journey.first_value_on - journey.signed_on).days, True
    return (stop - journey.signed_on).days, False


def survival_median(durations: list[tuple[int, bool]]) -> int | None:
    """Kaplan-Meier median: the smallest day on which survival is at most one half; events go before censorings."""
    survival = Fraction(1)
    for day in sorted({days for days, arrived in durations if arrived}):
        at_risk = sum(1 for days, _ in durations if days >= day)
        arrivals = sum(1 for days, arrived in durations if arrived and days == day)
        survival *= 1 - Fraction(arrivals, at_risk)
        if survival <= Fraction(1, 2):
            return day
    return None
