"""Warnings, found by marking the days on which there was cause: an unbroken run of marked days is one warning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from orchestration.lib.sample import phrases
from orchestration.lib.sample.days import plus
from orchestration.lib.sample.model import Account, Onboarding
from orchestration.lib.sample.truth import handoffs
from orchestration.lib.sample.truth.book import TARGET_DAYS, Book
from orchestration.lib.sample.truth.ends import Ends
from orchestration.lib.sample.truth.first_value import first_value_day
from orchestration.lib.sample.truth.health import RED_BELOW, Signals, histories, rounded
from orchestration.lib.sample.truth.journey import slices_of
from orchestration.lib.sample.truth.milestones import steps_of
from orchestration.lib.sample.truth.onboarding import percentile
from orchestration.lib.sample.truth.renewals import renewals
from orchestration.lib.sample.truth.tally import TOTAL, Slice, Tally

SEVERITY = {
    "usage_decline": "medium",
    "unused_core_feature": "low",
    "silent_low_adoption": "medium",
    "champion_left": "high",
    "sponsor_left": "high",
    "sponsor_silent": "medium",
    "milestone_slipped": "medium",
    "stall": "medium",
    "ttfv_off_pace": "low",
    "ttfv_beyond_target": "high",
    "live_no_value_30d": "high",
    "health_below_threshold": "high",
    "handoff_incomplete": "medium",
    "renewal_near_poor_health": "high",
}
SILENT_DAYS = 90
LIVE_WITHOUT_VALUE_DAYS = 30
STALL_BUSINESS_DAYS = 5
DECLINE = Fraction(-3, 10)
RENEWAL_DAYS = 90
#: Month and day of the default policy's holidays.
HOLIDAYS = {(1, 1), (12, 25)}
TARGET_HOURS = 24

Days = set[int]


@dataclass(frozen=True)
class Warned:
    """One warning; ``closed_on`` is None while it is open on the last day."""

    kind: str
    account: Account
    opened_on: date
    closed_on: date | None


def measure(book: Book, tally: Tally) -> None:
    """All metrics of the warnings family, by month."""
    contacts: dict[int, list[datetime]] = defaultdict(list)
    for meeting in book.company.meetings:
        if meeting.attended and meeting.held_at.date() <= book.as_of:
            contacts[meeting.account.key].append(meeting.held_at)
    hours: dict[tuple[date, Slice], list[Fraction]] = defaultdict(list)
    for warning in warnings(book):
        own: list[Slice] = [("warning_kind", warning.kind), ("severity", SEVERITY[warning.kind])]
        slices = [*slices_of(book, warning.account, warning.opened_on), *own]
        tally.count("warnings_opened", warning.opened_on, slices)
        if warning.closed_on is not None:
            tally.count("warnings_closed", warning.closed_on, slices)
        for end in book.months:
            if warning.opened_on <= end and (warning.closed_on is None or end < warning.closed_on):
                tally.count("open_warnings", end, [*slices_of(book, warning.account, end), *own])
        raised_at = datetime.combine(plus(warning.opened_on, 1), time())
        answers = [at for at in contacts[warning.account.key] if at >= raised_at]
        if answers:
            taken = rounded(Fraction(int((min(answers) - raised_at).total_seconds()), 3600), 4)
            for one in (TOTAL, *slices):
                hours[warning.opened_on.replace(day=1), one].append(taken)
        due_at = raised_at + timedelta(hours=TARGET_HOURS)
        if due_at <= datetime.combine(plus(book.as_of, 1), time()):
            tally.count("warnings_due_response", warning.opened_on, slices)
            in_time = bool(answers) and min(answers) <= due_at
            tally.count("warnings_answered_on_time", warning.opened_on, slices, in_time)
    tally.ratio("warning_response_24h_rate", "warnings_answered_on_time", "warnings_due_response")
    for (month, one), values in hours.items():
        tally.set("median_response_hours", month, one, percentile(values, Fraction(1, 2)))
    for metric in (
        "warnings_opened",
        "warnings_closed",
        "open_warnings",
        "warnings_due_response",
        "warnings_answered_on_time",
    ):
        tally.fill(metric)


def warnings(book: Book) -> Iterator[Warned]:
    """Every warning of every account, by kind and subject."""
    for account, kind, days in _marked(book):
        for first, last in runs(days):
            closed_on = date.fromordinal(last + 1)
            yield Warned(kind, account, date.fromordinal(first), closed_on if closed_on <= book.as_of else None)


def runs(days: Days) -> Iterator[tuple[int, int]]:
    """First and last day of each unbroken run."""
    for day in sorted(days):
        if day - 1 not in days:
            last = day
            while last + 1 in days:
                last += 1
            yield day, last


def _marked(book: Book) -> Iterator[tuple[Account, str, Days]]:
    """Days with cause, per account, kind and subject."""
    signals = Signals(book)
    ends = Ends(book)
    monthly = _monthly(book)
    for account in book.accounts:
        served = _served(book, account)
        for role in ("champion", "sponsor"):
            yield account, f"{role}_left", _without(book, signals, account, role) & served
        yield account, "sponsor_silent", _silent(book, signals, account, served)
        for kind, days in monthly[account.key].items():
            yield account, kind, days & served
        for one in book.onboardings[account.key]:
            for kind, days in _of_onboarding(book, ends, one):
                yield account, kind, days
        for days in _poor_before_renewal(book, account, monthly[account.key]["health_below_threshold"]):
            yield account, "renewal_near_poor_health", days & served
        for days in _owed(book, ends, account):
            yield account, "handoff_incomplete", days


def _span(first: date, end: date) -> Iterable[int]:
    """Days from ``first`` to the day before ``end``."""
    return range(first.toordinal(), end.toordinal())


def _served(book: Book, account: Account) -> Days:
    after = plus(book.as_of, 1)
    return {
        day
        for service in book.services[account.key]
        if service.arr > 0
        for day in _span(service.first, after if service.last >= after else plus(service.last, 1))
    }


def _held(book: Book, signals: Signals, account: Account, role: str) -> Days:
    after = plus(book.as_of, 1)
    return {
        day
        for contact in signals.contacts[account.key]
        if contact.role == role
        for day in _span(contact.from_on, min(contact.left_on or after, after))
    }


def _without(book: Book, signals: Signals, account: Account, role: str) -> Days:
    """Days without anybody in the role, after somebody was."""
    held = _held(book, signals, account, role)
    return set(range(min(held), book.as_of.toordinal() + 1)) - held if held else set()


def _silent(book: Book, signals: Signals, account: Account, served: Days) -> Days:
    held = _held(book, signals, account, "sponsor")
    touched = {day for day in held if day - 1 not in held} | {day for day in served if day - 1 not in served}
    touched |= {
        meeting.held_at.date().toordinal()
        for meeting in signals.meetings[account.key]
        if meeting.contact.role == "sponsor"
    }
    days = set()
    latest = None
    for day in range(min(held, default=1), max(held, default=0) + 1):
        latest = day if day in touched and day in held else latest
        if day in held and day in served and latest is not None and day - latest >= SILENT_DAYS:
            days.add(day)
    return days


def _poor_before_renewal(book: Book, account: Account, poor: Days) -> Iterator[Days]:
    """Days of poor health before each renewal."""
    for renewal in renewals(book, account):
        yield poor & set(_span(plus(renewal.due_on, -RENEWAL_DAYS), renewal.due_on))


def _monthly(book: Book) -> dict[int, dict[str, Days]]:
    """What is judged at a month-end holds until the next one."""
    following = {end: book.months[index + 1 :][:1] for index, end in enumerate(book.months)}
    found: dict[int, dict[str, Days]] = defaultdict(lambda: defaultdict(set))
    for health in histories(book):
        until = following[health.month_end]
        days = _span(health.month_end, until[0] if until else plus(book.as_of, 1))
        own = found[health.account.key]
        if health.score is not None and health.score < RED_BELOW:
            own["health_below_threshold"].update(days)
        if health.is_silent:
            own["silent_low_adoption"].update(days)
        if health.usage_trend is not None and rounded(health.usage_trend, 6) <= DECLINE:
            own["usage_decline"].update(days)
        stage = dict(slices_of(book, health.account, health.month_end))["lifecycle_stage"]
        if stage not in ("implementation", "onboarding") and (health.core_features_unused or 0) >= 1:
            own["unused_core_feature"].update(days)
    return found


def _of_onboarding(book: Book, ends: Ends, one: Onboarding) -> Iterator[tuple[str, Days]]:
    after = plus(book.as_of, 1)
    target = TARGET_DAYS[book.segment(one.account, one.signed_on)]
    deadline = plus(one.signed_on, target)
    value = first_value_day(book, one)
    end = ends.on(one) or after

    def until(*days: date | None) -> date:
        return min([end, *(day for day in days if day is not None)])

    reached = []
    for step in steps_of(book, one):
        reached.append(step.reached_on or date.max)
        if step.due_on is not None:
            yield "milestone_slipped", set(_span(plus(step.due_on, 1), until(step.reached_on)))
    reached.sort()
    behind: Days = set()
    for number in range(1, len(reached)):
        expected = plus(one.signed_on, target * number // len(reached))
        behind.update(_span(plus(expected, 1), until(reached[number - 1], value, plus(deadline, 1))))
    yield "ttfv_off_pace", behind
    yield "ttfv_beyond_target", set(_span(plus(deadline, 1), until(value)))
    yield "stall", _still(book, one, end)
    if one.go_live_on is not None and one.go_live_on <= book.as_of:
        yield "live_no_value_30d", set(_span(plus(one.go_live_on, LIVE_WITHOUT_VALUE_DAYS), until(value)))


def _still(book: Book, one: Onboarding, end: date) -> Days:
    """Days on or after the fifth business day without a movement, before the next one."""
    moved = {one.signed_on, one.kickoff_on, one.go_live_on, *(step.reached_on for step in steps_of(book, one))}
    days: Days = set()
    waited = 0
    for day in map(date.fromordinal, _span(one.signed_on, end)):
        if day in moved:
            waited = 0
            continue
        held = any(hold.from_on <= day and (hold.to_on is None or day <= hold.to_on) for hold in one.holds)
        if day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS and not held:
            waited += 1
        if waited >= STALL_BUSINESS_DAYS:
            days.add(day.toordinal())
    return days


def _owed(book: Book, ends: Ends, account: Account) -> Iterator[Days]:
    """Days on which a handoff was owed or incomplete, for each kind that each onboarding calls for."""
    if not book.company.handoffs:
        return
    after = plus(book.as_of, 1)
    made = [one for one in book.company.handoffs if one.account is account and one.handed_off_at.date() < after]
    for kind, names in phrases.HANDOFF_FIELDS.items():
        dues = [handoffs.Due(one, handoffs.due_on_of(ends, one, kind)) for one in book.onboardings[account.key]]
        full: dict[int, list[date]] = defaultdict(list)
        short: dict[int, list[date]] = defaultdict(list)
        for handoff in made:
            if handoff.kind == kind:
                day = handoff.handed_off_at.date()
                due = handoffs.nearest_due(dues, day)
                key = due.onboarding.key if due is not None else -1
                (full if all(handoffs.has_filled(handoff, name) for name in names) else short)[key].append(day)
        for due in dues:
            key, one = due.onboarding.key, due.onboarding
            starts = [*short[key], *([plus(due.on, 1)] if due.on is not None else [])]
            if not starts:
                continue
            replaced = {
                "sales_to_onboarding": one.go_live_on,
                "implementation_to_success": ends.exited_on(one),
            }.get(kind)
            stops = [after, ends.left_on(one), replaced, *full[key]]
            yield set(_span(min(starts), min(day for day in stops if day is not None)))
