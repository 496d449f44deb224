"""Where the staff's time goes, week by week, and how much success work each customer gets of it.

A conflated CSM spends 60-70 % of customer hours on implementation whatever else waits; a separated one hardly any.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from orchestration.lib.sample import phrases
from orchestration.lib.sample.chance import Chance, Stream
from orchestration.lib.sample.days import plus
from orchestration.lib.sample.deals import Relationship
from orchestration.lib.sample.model import Account, Company, Onboarding, Person, TimeEntry
from orchestration.lib.sample.staff import Staff

Item = TypeVar("Item")

INTERNAL_CLIENT = f"{phrases.VENDOR_NAME} (internal)"


class Work:
    def __init__(self, company: Company, staff: Staff, chance: Chance) -> None:
        self._company = company
        self._staff = staff
        self._chance = chance

    def week(self, monday: date, relationships: list[Relationship]) -> None:
        """Log one week of everybody's time and remember each customer's success hours."""
        parameters = self._company.parameters
        days = [plus(monday, offset) for offset in range(5)]
        days = [day for day in days if parameters.starts_on <= day <= parameters.ends_on]
        if not days:
            return
        book: dict[int, list[Relationship]] = {}
        open_onboardings: dict[int, list[Onboarding]] = {}
        live: list[Relationship] = []
        for relationship in relationships:
            account = relationship.account
            if account.signed_on is None or account.signed_on > days[-1]:
                continue
            book.setdefault(account.value("owner", days[-1]).key, []).append(relationship)
            if relationship.running(days[0]):
                live.append(relationship)
            onboarding = relationship.onboarding
            if onboarding is not None and _is_being_implemented(onboarding, days[0], days[-1]):
                open_onboardings.setdefault(onboarding.owner.key, []).append(onboarding)
        for person in self._company.people:
            present = [day for day in days if person.works_on(day)]
            if not present:
                continue
            stream = self._chance.stream("week", person.key, monday)
            away = stream.happens(0.09) or (monday.month == 12 and monday.day > 21)
            function = person.on(present[0]).function
            if function == "sales" or (away and len(present) == 5):
                continue
            hours = stream.between(30, 39) * len(present) / 5
            if function == "success" and person not in self._staff.leaders:
                self._csm_week(
                    person, present, hours, book.get(person.key, []), open_onboardings.get(person.key, []), stream
                )
            elif function == "implementation":
                self._implementer_week(person, present, hours, open_onboardings, live, stream)
            elif function == "support":
                self._support_week(person, present, hours, live, stream)
            else:
                self._internal(person, present, hours * 0.5, stream)

    def _csm_week(
        self,
        person: Person,
        days: list[date],
        hours: float,
        book: list[Relationship],
        mine: list[Onboarding],
        stream: Stream,
    ) -> None:
        parameters = self._company.parameters
        pod = self._staff.pod_of(person, days[0])
        separated = pod is not None and pod.is_separated(days[0])
        live = [relationship for relationship in book if relationship.running(days[0])]
        overhead = hours * stream.between(0.1, 0.16)
        self._internal(person, days, overhead, stream)
        rest = hours - overhead
        if live and stream.happens(0.5):
            tickets = rest * stream.between(0.04, 0.12)
            self._log(
                person, stream.pick(live).account, days, tickets, stream.pick(phrases.SUPPORT_ACTIVITIES), False, stream
            )
            rest -= tickets
        if stream.happens(0.012):
            self._book_elsewhere(person, days, stream)
        if stream.happens(0.12):
            odd = stream.between(0.5, 2.0)
            self._log(person, None, days, odd, phrases.UNMAPPED_ACTIVITY, False, stream)
            rest -= odd
        low, high = (
            parameters.separated_implementation_share if separated else parameters.conflated_implementation_share
        )
        share = stream.between(low, high)
        if not mine and not live:
            self._internal(person, days, rest * 0.6, stream)
            return
        if not live:
            share = 1.0
        elif not mine and not separated:
            share *= 0.9
        self._implement(person, days, rest * share, mine, live, stream)
        self._succeed(person, days, rest * (1 - share), live, stream)

    def _implementer_week(
        self,
        person: Person,
        days: list[date],
        hours: float,
        open_onboardings: dict[int, list[Onboarding]],
        live: list[Relationship],
        stream: Stream,
    ) -> None:
        mine = open_onboardings.get(person.key, [])
        if person in self._staff.central_implementers:
            mine = [
                onboarding
                for key in sorted(open_onboardings)
                for onboarding in open_onboardings[key]
                if onboarding.account.habits.name != "tech_touch"
            ]
            mine = stream.sample(mine, 5)
        overhead = hours * stream.between(0.1, 0.2)
        self._internal(person, days, overhead, stream)
        busy = min(1.0, 0.35 + 0.16 * len(mine))
        if mine or live:
            self._implement(person, days, (hours - overhead) * busy, mine, stream.sample(live, 1), stream)

    def _support_week(
        self, person: Person, days: list[date], hours: float, live: list[Relationship], stream: Stream
    ) -> None:
        overhead = hours * stream.between(0.1, 0.2)
        self._internal(person, days, overhead, stream)
        if not live:
            return
        rest = (hours - overhead) * stream.between(0.75, 1.0)
        chosen = stream.sample(live, 6)
        for relationship, part in _split(chosen, rest, lambda _: 1.0, stream):
            self._log(
                person,
                relationship.account,
                days,
                part,
                stream.weighted(phrases.SUPPORT_ACTIVITIES, (0.8, 0.2)),
                False,
                stream,
            )

    def _implement(
        self,
        person: Person,
        days: list[date],
        hours: float,
        mine: list[Onboarding],
        live: list[Relationship],
        stream: Stream,
    ) -> None:
        chosen = stream.sample(mine, 4)
        if not chosen:
            after = stream.sample(live, 3)
            for relationship, part in _split(
                after, hours, lambda one: one.account.habits.monthly_onboarding_hours, stream
            ):
                activity = stream.weighted(
                    ("Post-Launch Troubleshooting", "Configuration", "Training"), (0.6, 0.25, 0.15)
                )
                self._log(person, relationship.account, days, part, activity, False, stream)
            return
        late = hours * stream.between(0.0, 0.3) if live else 0.0
        if late > 1.0:
            account = stream.pick(live).account
            self._log(person, account, days, late, "Post-Launch Troubleshooting", False, stream)
            hours -= late
        for onboarding, part in _split(chosen, hours, lambda one: one.account.habits.monthly_onboarding_hours, stream):
            activity = _activity_of(onboarding, days[0], stream)
            self._log(person, onboarding.account, days, part, activity, onboarding.services_fee > 0, stream)

    def _succeed(
        self, person: Person, days: list[date], hours: float, live: list[Relationship], stream: Stream
    ) -> None:
        chosen = stream.sample(live, min(6, max(3, len(live) // 4)))
        for relationship, part in _split(chosen, hours, lambda one: one.account.habits.monthly_success_hours, stream):
            activity = stream.weighted(phrases.SUCCESS_ACTIVITIES, (0.36, 0.22, 0.14, 0.14, 0.14))
            logged = self._log(person, relationship.account, days, part, activity, False, stream)
            relationship.success_hours[(days[0].year, days[0].month)] += logged

    def _internal(self, person: Person, days: list[date], hours: float, stream: Stream) -> None:
        activity = stream.weighted(phrases.INTERNAL_ACTIVITIES, (0.7, 0.3))
        self._log(person, None, days, hours, activity, False, stream)

    def _book_elsewhere(self, person: Person, days: list[date], stream: Stream) -> None:
        """Work for a prospect that the CRM does not know: real hours, on a client that matches no account."""
        hours = Decimal(stream.whole(2, 8)) / 4
        client = f"{stream.pick(phrases.UNKNOWN_CLIENTS)} {phrases.UNKNOWN_CLIENT_MARK}"
        self._company.time_entries.append(
            TimeEntry(person, None, client, stream.pick(days), hours, "Configuration", False)
        )

    def _log(
        self,
        person: Person,
        account: Account | None,
        days: list[date],
        hours: float,
        activity: str,
        billable: bool,
        stream: Stream,
    ) -> float:
        """Book hours in quarters on one or two days; returns what was booked."""
        possible = (
            days if account is None or account.signed_on is None else [day for day in days if day >= account.signed_on]
        )
        if not possible:
            return 0.0
        parts = [hours] if hours <= 9 else [hours / math.ceil(hours / 9)] * math.ceil(hours / 9)
        booked = Decimal(0)
        for part in parts:
            quarters = round(part * 4)
            if quarters <= 0:
                continue
            amount = Decimal(quarters) / 4
            client = INTERNAL_CLIENT if account is None else account.name
            self._company.time_entries.append(
                TimeEntry(person, account, client, stream.pick(possible), amount, activity, billable)
            )
            booked += amount
        return float(booked)


def _is_being_implemented(onboarding: Onboarding, first: date, last: date) -> bool:
    if onboarding.signed_on > last:
        return False
    stops = onboarding.exited_on if onboarding.cancelled else onboarding.go_live_on
    if stops is None:
        return (first - onboarding.signed_on).days < 180
    return first <= stops + timedelta(days=14)


def _activity_of(onboarding: Onboarding, day: date, stream: Stream) -> str:
    if onboarding.kickoff_on is None or day < onboarding.kickoff_on:
        return "Kickoff and Planning"
    if onboarding.go_live_on is not None and day > onboarding.go_live_on:
        return "Post-Launch Troubleshooting"
    if onboarding.go_live_on is not None and (onboarding.go_live_on - day).days <= 5:
        return stream.weighted(("Go-Live Support", "Training"), (0.7, 0.3))
    return stream.weighted(("Configuration", "Data Migration", "Integration", "Training"), (0.4, 0.22, 0.23, 0.15))


def _split(
    items: list[Item], hours: float, weight: Callable[[Item], float], stream: Stream
) -> list[tuple[Item, float]]:
    """Hours over the items by weight, unevenly."""
    weights = [weight(item) * stream.between(0.5, 1.5) for item in items]
    total = math.fsum(weights)
    return [(item, hours * one / total) for item, one in zip(items, weights, strict=True)]
