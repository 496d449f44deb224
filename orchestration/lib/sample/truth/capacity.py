"""What people could carry and carried: days of capacity, customers per CSM, onboardings per owner, what is ahead."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction

from orchestration.lib.sample.days import plus, plus_months, quarter_start
from orchestration.lib.sample.model import Opportunity
from orchestration.lib.sample.truth.book import DIMENSIONS, SEGMENT_FLOORS, UNASSIGNED, UNKNOWN, Book
from orchestration.lib.sample.truth.ends import Ends
from orchestration.lib.sample.truth.journey import journey_slices
from orchestration.lib.sample.truth.tally import TOTAL, Slice, Tally

#: Default policy: the most that a person carries, by segment, and the days on which nobody works beside weekends.
LOAD_MAX = {"high_touch": 15, "hybrid": 30, "tech_touch": 100}
HOLIDAYS = ((1, 1), (12, 25))
QUARTER_END_DAYS = 14

#: What the sales team believes of a deal in a stage.
LIKELIHOOD = {"Qualification": Fraction(20, 100), "Proposal": Fraction(45, 100), "Negotiation": Fraction(70, 100)}


def measure(book: Book, tally: Tally) -> None:
    """All metrics of capacity and load, by month."""
    ends = Ends(book)
    _utilization(book, tally)
    _books(book, tally)
    _onboarding_load(book, ends, tally)
    _bunching(book, tally)
    _concurrency(book, ends, tally)
    _forecast(book, ends, tally)


def _utilization(book: Book, tally: Tally) -> None:
    """Capacity of everyone but sales on every working day since the first entry, and what they logged."""
    entries = [entry for entry in book.company.time_entries if entry.spent_on <= book.as_of]
    for entry in entries:
        version = entry.person.on(entry.spent_on)
        if version.function != "sales":
            slices = _of_person(version.team, version.function, book.display_name(entry.person))
            tally.add("hours_of_people_with_capacity", entry.spent_on, slices, entry.hours)
    day = min((entry.spent_on for entry in entries), default=plus(book.as_of, 1))
    while day <= book.as_of:
        if day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS:
            for person in book.company.people:
                version = person.on(day)
                if person.works_on(day) and version.function != "sales":
                    slices = _of_person(version.team, version.function, book.display_name(person))
                    tally.add("capacity_hours", day, slices, person.weekly_capacity_hours / 5)
        day = plus(day, 1)
    tally.ratio("utilization", "hours_of_people_with_capacity", "capacity_hours")
    tally.fill("capacity_hours")


def _of_person(team: str, function: str, name: str) -> list[Slice]:
    return [("team", team), ("function", function), ("person", name)]


def _books(book: Book, tally: Tally) -> None:
    """Customers with a CSM, and the CSMs they have, at each month-end."""
    roots = book.roots()
    for end in book.months:
        owners: dict[Slice, list[str]] = defaultdict(list)
        for root in roots:
            slices = dict(zip(DIMENSIONS, book.slices(root, end), strict=True))
            csm = slices["csm"]
            if csm == UNASSIGNED or book.arr(root, end) <= 0:
                continue
            slices |= dict(journey_slices(book, root, end))
            for one in (TOTAL, *slices.items()):
                owners[one].append(csm)
        for one, csms in owners.items():
            tally.set("customers_with_csm", end, one, Fraction(len(csms)))
            tally.set("csms_with_customers", end, one, Fraction(len(set(csms))))
            tally.set("accounts_per_csm", end, one, Fraction(len(csms), len(set(csms))))


def _onboarding_load(book: Book, ends: Ends, tally: Tally) -> None:
    spans = [(one, ends.on(one)) for account in book.accounts for one in book.onboardings[account.key]]
    for end in book.months:
        open_now: dict[Slice, list[tuple[str, Fraction]]] = defaultdict(list)
        for onboarding, until in spans:
            if onboarding.signed_on > end or (until is not None and until <= end):
                continue
            slices = dict(zip(DIMENSIONS, book.slices(onboarding.account, onboarding.signed_on), strict=True))
            owner = book.display_name(onboarding.owner)
            share = Fraction(1, LOAD_MAX[slices["segment"]])
            extra = (("onboarding_owner", owner), ("configuration", onboarding.configuration))
            for one in (TOTAL, *slices.items(), *extra):
                open_now[one].append((owner, share))
        for one, loads in open_now.items():
            owners = {owner for owner, _ in loads}
            tally.set("onboarding_full_loads", end, one, sum((share for _, share in loads), Fraction(0)))
            tally.set("owned_open_onboardings", end, one, Fraction(len(loads)))
            tally.set("onboarding_owners", end, one, Fraction(len(owners)))
            tally.set(
                "onboarding_capacity_utilization", end, one, sum((s for _, s in loads), Fraction(0)) / len(owners)
            )


def _bunching(book: Book, tally: Tally) -> None:
    """Signatures in the last days of a calendar quarter."""
    for account in book.accounts:
        for onboarding in book.onboardings[account.key]:
            day = onboarding.signed_on
            slices = list(zip(DIMENSIONS, book.slices(account, day), strict=True))
            late = plus(day, QUARTER_END_DAYS) >= plus_months(quarter_start(day), 3)
            tally.count("signatures_in_quarter", day, slices)
            tally.count("quarter_end_signatures", day, slices, late)
    tally.ratio("quarter_end_signature_share", "quarter_end_signatures", "signatures_in_quarter")
    tally.fill("quarter_end_signatures")


def _concurrency(book: Book, ends: Ends, tally: Tally) -> None:
    """Most onboardings open on one day of each closed month, walking the days."""
    changes: dict[Slice, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for account in book.accounts:
        for onboarding in book.onboardings[account.key]:
            until = ends.on(onboarding)
            for one in (TOTAL, ("segment", book.segment(account, onboarding.signed_on))):
                changes[one][onboarding.signed_on] += 1
                if until is not None:
                    changes[one][until] -= 1
    for one, days in changes.items():
        level, peaks = 0, dict[date, int]()
        day = min(days)
        while day <= book.as_of:
            level += days.get(day, 0)
            month = day.replace(day=1)
            peaks[month] = max(peaks.get(month, 0), level)
            day = plus(day, 1)
        for end in book.months:
            if end.replace(day=1) in peaks:
                tally.set("peak_open_onboardings", end, one, Fraction(peaks[end.replace(day=1)]))


def _forecast(book: Book, ends: Ends, tally: Tally) -> None:
    """The first full quarter after as_of: deals by their likelihood, and the people that they need."""
    if not book.months:
        return
    at = book.months[-1]
    starts_on = plus_months(quarter_start(book.as_of), 3)
    ends_on = plus(plus_months(starts_on, 3), -1)
    days = (ends_on - starts_on).days + 1
    # On the last day of a quarter nothing is left of it, so that overdue deals are expected in the next one.
    overdue_too = plus(book.as_of, 1) == starts_on
    expected: dict[str, list[Fraction]] = {segment: [] for segment in LOAD_MAX}
    for deal in book.company.opportunities:
        if deal.type != "New Business" or deal.created_on > book.as_of or deal.closed_on is not None:
            continue
        if starts_on <= deal.expected_close_on <= ends_on or (overdue_too and deal.expected_close_on < starts_on):
            expected.setdefault(_segment_of(book, deal), []).append(_likelihood(deal, book.as_of))
    spent = _days_in_onboarding(book, ends)
    everything = [days_open for durations in spent.values() for days_open in durations]
    totals: dict[str, Fraction] = {}
    for segment, chances in expected.items():
        values = {"forecast_onboardings": sum(chances, Fraction(0)), "forecast_open_deals": Fraction(len(chances))}
        if segment != UNKNOWN:
            values["peak_needed_specialists"] = values["forecast_onboardings"] / LOAD_MAX[segment]
            durations = spent.get(segment) or everything
            if durations:
                mean = Fraction(sum(durations), len(durations))
                values["needed_specialists"] = values["peak_needed_specialists"] * mean / days
        for metric, value in values.items():
            tally.set(metric, at, ("segment", segment), value)
            totals[metric] = totals.get(metric, Fraction(0)) + value
    for metric, value in totals.items():
        tally.set(metric, at, TOTAL, value)


def _likelihood(deal: Opportunity, day: date) -> Fraction:
    stage = "Qualification"
    for change in deal.changes:
        if change.field == "StageName" and change.on <= day:
            stage = change.new
    return LIKELIHOOD[stage]


def _segment_of(book: Book, deal: Opportunity) -> str:
    segment = book.segment(deal.account, book.as_of)
    if segment != UNKNOWN:
        return segment
    parameters = book.company.parameters
    amount = deal.amount * (Decimal(1) if deal.currency == parameters.reporting_currency else parameters.rate)
    return next(name for name, floor in SEGMENT_FLOORS if amount >= floor)


def _days_in_onboarding(book: Book, ends: Ends) -> dict[str, list[int]]:
    spent: dict[str, list[int]] = defaultdict(list)
    for account in book.accounts:
        for onboarding in book.onboardings[account.key]:
            until = ends.on(onboarding)
            if until is not None:
                spent[book.segment(account, onboarding.signed_on)].append((until - onboarding.signed_on).days)
    return spent
