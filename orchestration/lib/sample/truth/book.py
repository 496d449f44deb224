"""What is known of each account on each day: its money after bridging, its family, and the slices it falls in.

Follows the written definitions directly, day by day; it shares no code with the models that it is compared with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from orchestration.lib.sample.days import month_ends, plus, quarter
from orchestration.lib.sample.model import Account, Company, Line, Onboarding, Opportunity, Person
from orchestration.lib.sample.parameters import SEGMENTS

ZERO = Decimal(0)
SIX_PLACES = Decimal("0.000001")
LOST_RENEWAL_REACH_DAYS = 90
UNKNOWN = "unknown"
UNASSIGNED = "unassigned"

#: Lower ACV bound of each segment, highest first, as the default policy has them.
SEGMENT_FLOORS = (("high_touch", Decimal(100_000)), ("hybrid", Decimal(25_000)), ("tech_touch", ZERO))
TARGET_DAYS = {habits.name: habits.target_days for habits in SEGMENTS}
FIRST_VALUE_NAME = {habits.name: habits.first_value_milestone for habits in SEGMENTS}

DIMENSIONS = ("segment", "csm", "team", "industry", "region", "product", "signed_quarter")


@dataclass(frozen=True)
class Service:
    """A stretch of days on which a line counts with its ARR in the reporting currency; ``bridged`` when it is the gap
    before a late renewal."""

    first: date
    last: date
    product: str
    arr: Decimal
    bridged: bool
    line: Line

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


class Book:
    """All accounts of a company as of its last day."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.as_of = company.parameters.ends_on
        self.accounts = company.accounts
        self._lines: dict[int, list[Line]] = defaultdict(list)
        self._lost: dict[int, list[Opportunity]] = defaultdict(list)
        for line in company.lines:
            if self._is_seen(line):
                self._lines[line.account.key].append(line)
        for deal in company.opportunities:
            if (
                deal.type == "Renewal"
                and deal.closed_on is not None
                and not deal.is_won
                and deal.closed_on <= self.as_of
            ):
                self._lost[deal.account.key].append(deal)
        self.services: dict[int, list[Service]] = {}
        for account in self.accounts:
            self.services[account.key] = self._served(account)
        self.onboardings: dict[int, list[Onboarding]] = defaultdict(list)
        for onboarding in company.onboardings:
            if onboarding.signed_on <= self.as_of:
                self.onboardings[onboarding.account.key].append(onboarding)
        self._family: dict[int, list[Account]] = defaultdict(list)
        for account in self.accounts:
            self._family[self.root(account).key].append(account)
        self._display = _display_names(company.people)
        self._slices: dict[tuple[int, date], tuple[str, ...]] = {}
        starts = [service.first for services in self.services.values() for service in services]
        self.months = month_ends(min(starts), self.as_of) if starts else []

    # -- lines and money

    def _is_seen(self, line: Line) -> bool:
        return line.deleted_on is None and line.starts_on <= self.as_of and line.starts_on <= self._last_day(line)

    def _last_day(self, line: Line) -> date:
        """Last day of service as far as is known at as_of; the far future for an open-ended line."""
        ends = [date.max]
        if line.ends_on is not None:
            ends.append(line.ends_on)
        if line.terminated_on is not None and line.terminated_on <= self.as_of:
            ends.append(line.terminated_on)
        return min(ends)

    def _in_reporting_currency(self, line: Line) -> Decimal:
        parameters = self.company.parameters
        rate = Decimal(1) if line.currency == parameters.reporting_currency else parameters.rate
        return (line.arr * rate).quantize(SIX_PLACES, rounding=ROUND_HALF_UP)

    def _served(self, account: Account) -> list[Service]:
        """The account's services: its lines, and the gaps that late renewals bridge, found by walking the days."""
        lines = self._lines[account.key]
        if not lines:
            return []
        services = [
            Service(line.starts_on, self._last_day(line), line.product, self._in_reporting_currency(line), False, line)
            for line in lines
        ]
        served = {
            ordinal
            for line in lines
            for ordinal in range(line.starts_on.toordinal(), min(self._last_day(line), self.as_of).toordinal() + 1)
        }
        last_seen = min(served)
        for ordinal in range(last_seen, self.as_of.toordinal() + 2):
            if ordinal in served or ordinal > self.as_of.toordinal():
                gap = ordinal - last_seen - 1
                if gap > 0:
                    returned = ordinal in served
                    services += self._bridge(account, date.fromordinal(last_seen), gap, returned)
                last_seen = ordinal
        return services

    def _bridge(self, account: Account, last: date, gap: int, returned: bool) -> list[Service]:
        """Services that fill a gap of ``gap`` days after ``last``, when the renewal is merely late."""
        if gap > self.company.parameters.renewal_grace_days:
            return []
        until = plus(last, gap)
        known_until = min(plus(until, 1), self.as_of) if returned else self.as_of
        for deal in self._lost[account.key]:
            closed_on = deal.closed_on
            if closed_on is not None and plus(last, -LOST_RENEWAL_REACH_DAYS) <= closed_on <= known_until:
                return []
        return [
            Service(plus(last, 1), until, line.product, self._in_reporting_currency(line), True, line)
            for line in self._lines[account.key]
            if line.starts_on <= last <= self._last_day(line) and not self._was_terminated(line, last)
        ]

    def lines(self, account: Account) -> list[Line]:
        """The account's lines that have started by as_of."""
        return self._lines[account.key]

    def last_day(self, line: Line) -> date:
        """Last day of service as far as is known at as_of; the far future for an open-ended line."""
        return self._last_day(line)

    def line_arr(self, line: Line) -> Decimal:
        """ARR of the line in the reporting currency."""
        return self._in_reporting_currency(line)

    def lost_renewals(self, account: Account) -> list[Opportunity]:
        """Renewal deals of the account that were marked lost by as_of."""
        return self._lost[account.key]

    def was_terminated(self, line: Line) -> bool:
        """Whether a termination known at as_of ended the line."""
        return self._was_terminated(line, self._last_day(line))

    def _was_terminated(self, line: Line, day: date) -> bool:
        return line.terminated_on is not None and line.terminated_on == day and day <= self.as_of

    def own_arr(self, account: Account, day: date) -> Decimal:
        """ARR of the account's own lines on the day."""
        return sum((service.arr for service in self.services[account.key] if service.covers(day)), ZERO)

    def arr(self, root: Account, day: date) -> Decimal:
        """ARR of the whole family on the day."""
        return sum((self.own_arr(member, day) for member in self.family(root)), ZERO)

    def arr_by_product(self, accounts: list[Account], day: date) -> dict[str, Decimal]:
        totals: dict[str, Decimal] = {}
        for account in accounts:
            for service in self.services[account.key]:
                if service.covers(day):
                    totals[service.product] = totals.get(service.product, ZERO) + service.arr
        return totals

    def first_service_on(self, accounts: list[Account]) -> date | None:
        return min((service.first for account in accounts for service in self.services[account.key]), default=None)

    def service_ended_on(self, account: Account) -> date | None:
        """Day after the account's last day of service, when that day has come by as_of; bridged days are service."""
        services = self.services[account.key]
        if not services:
            return None
        last = max(service.last for service in services)
        return plus(last, 1) if last < self.as_of else None

    # -- families

    def root(self, account: Account) -> Account:
        """The ultimate parent, by the hierarchy as of the last day."""
        while True:
            parent = account.value("parent", self.as_of)
            if parent is None:
                return account
            account = parent

    def family(self, root: Account) -> list[Account]:
        """The accounts that roll up to ``root``, itself included; an account below another stands for itself."""
        return self._family.get(root.key, [root])

    def roots(self) -> list[Account]:
        """Revenue accounts: ultimate parents whose family ever had service."""
        return [
            account
            for account in self.accounts
            if self.root(account) is account and self.first_service_on(self.family(account)) is not None
        ]

    # -- slices

    def slices(self, account: Account, day: date) -> tuple[str, ...]:
        """The account's value of each of ``DIMENSIONS`` on the day."""
        key = (account.key, day)
        if key not in self._slices:
            csm = self.csm(account, day)
            self._slices[key] = (
                self._own_or_largest_childs(account, day, self._own_segment) or UNKNOWN,
                self._display[csm.email] if csm else UNASSIGNED,
                csm.on(day).team if csm else UNASSIGNED,
                self._own_or_largest_childs(account, day, _industry) or UNKNOWN,
                self._own_or_largest_childs(account, day, _region) or UNKNOWN,
                self._product(account, day) or UNKNOWN,
                self._signed_quarter(account) or UNKNOWN,
            )
        return self._slices[key]

    def segment(self, account: Account, day: date) -> str:
        return self.slices(account, day)[0]

    def display_name(self, person: Person) -> str:
        return self._display[person.email]

    def _own_or_largest_childs(
        self, account: Account, day: date, own: Callable[[Account, date], str | None]
    ) -> str | None:
        """The account's own value, else that of the child with the largest ARR on the day among those that have one."""
        value = own(account, day)
        if value is not None:
            return value
        return next((own(child, day) for child in self._children(account, day) if own(child, day) is not None), None)

    def _children(self, root: Account, day: date) -> list[Account]:
        """The accounts that roll up to ``root``, largest ARR of the day first, ties by id."""
        children = [member for member in self.family(root) if member is not root]
        return sorted(children, key=lambda child: (-self.own_arr(child, day), child.account_id))

    def _own_segment(self, account: Account, day: date) -> str | None:
        stated = account.value("segment", day)
        if stated is not None:
            return str(stated)
        value = account.acv
        if value is None:
            first = self.first_service_on([account])
            if first is None:
                return None
            value = self.own_arr(account, first)
        return next(name for name, floor in SEGMENT_FLOORS if value >= floor)

    def csm(self, account: Account, day: date) -> Person | None:
        """Who had the account on the day as its customer success manager."""
        if not self._csm_history(account):
            owned = [child for child in self._children(account, day) if self._csm_history(child)]
            if not owned:
                return None
            account = owned[0]
        history = self._csm_history(account)
        first_on, first_csm = history[0]
        if day < first_on:
            return first_csm
        owner: Person = account.value("owner", day)
        return owner if owner.on(day).function == "success" else None

    def _csm_history(self, account: Account) -> list[tuple[date, Person]]:
        return [(day, owner) for day, owner in account.history["owner"] if owner.on(day).function == "success"]

    def _product(self, account: Account, day: date) -> str | None:
        """The largest product of the day; before the first service the first one, in a gap or at the end the last."""
        family = self.family(account)
        first = self.first_service_on(family)
        if first is None:
            return None
        day = max(day, first)
        totals = self.arr_by_product(family, day)
        if not totals:
            ended = [service.last for member in family for service in self.services[member.key] if service.last < day]
            totals = self.arr_by_product(family, max(ended))
        return min(totals, key=lambda product: (-totals[product], product))

    def signed_on(self, account: Account) -> date | None:
        """First contract signature of the account itself, else its first day of service."""
        signatures = [onboarding.signed_on for onboarding in self.onboardings[account.key]]
        return min(signatures) if signatures else self.first_service_on([account])

    def _signed_quarter(self, account: Account) -> str | None:
        days = [self.signed_on(member) for member in self.family(account)]
        known = [day for day in days if day is not None]
        return quarter(min(known)) if known else None


def _industry(account: Account, day: date) -> str | None:
    value = account.value("industry", day)
    return None if value is None else str(value)


def _region(account: Account, day: date) -> str | None:
    value = account.value("region", day)
    return None if value is None else str(value)


def _display_names(people: list[Person]) -> dict[str, str]:
    """Name by e-mail; of people with one name the second by e-mail is called '(2)', and so on."""
    names: dict[str, str] = {}
    counts: dict[str, int] = defaultdict(int)
    for person in sorted(people, key=lambda one: one.email):
        counts[person.name] += 1
        number = counts[person.name]
        names[person.email] = person.name if number == 1 else f"{person.name} ({number})"
    return names
