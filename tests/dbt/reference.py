"""An independent calculator of recurring revenue and slices: plain Python over days, written from the definitions.

It shares nothing with the models: no SQL, no intervals, no windows. Every question is answered for one day by
looking at every line of the company. Slow and obvious on purpose.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from itertools import pairwise

ZERO = Decimal(0)
ONE_DAY = timedelta(days=1)
MICRO = Decimal("0.000001")


@dataclass(frozen=True)
class Line:
    subscription_id: str
    account_id: str
    product: str
    start: date
    end: date | None
    terminated: date | None
    arr: Decimal
    currency: str = "USD"


@dataclass(frozen=True)
class Account:
    account_id: str
    parent: str | None = None
    acv: Decimal | None = None
    segment: str | None = None
    industry: str | None = None
    region: str | None = None
    csm_email: str | None = None


@dataclass(frozen=True)
class Owner:
    account_id: str
    email: str
    start: date
    end: date | None


@dataclass(frozen=True)
class LostRenewal:
    account_id: str
    expected: date | None
    closed: date


@dataclass(frozen=True)
class Segment:
    name: str
    acv_from: Decimal
    acv_below: Decimal | None


@dataclass(frozen=True)
class Movement:
    kind: str
    amount: Decimal
    occurred_on: date


@dataclass(frozen=True)
class Window:
    base: Decimal
    current: Decimal
    retained: Decimal
    running_min: Decimal
    excluding_reactivated: Decimal
    flow: Decimal
    reactivated: Decimal
    lapsed: bool


def month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - ONE_DAY


def month_ends(first: date, last: date) -> Iterator[date]:
    current = month_end(first)
    while current <= last:
        yield current
        current = month_end(current + ONE_DAY)


def months_before(day: date, months: int) -> date:
    """The month-end so many months before a month-end."""
    for _ in range(months):
        day = day.replace(day=1) - ONE_DAY
    return day


@dataclass(frozen=True)
class Reference:
    as_of: date
    grace: int
    accounts: tuple[Account, ...]
    lines: tuple[Line, ...]
    owners: tuple[Owner, ...] = ()
    lost: tuple[LostRenewal, ...] = ()
    segments: tuple[Segment, ...] = ()
    rates: tuple[tuple[str, Decimal], ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    teams: tuple[tuple[str, str], ...] = ()

    # ---- lines -------------------------------------------------------------------------------------------------

    @cached_property
    def _by_id(self) -> dict[str, Account]:
        return {account.account_id: account for account in self.accounts}

    @cached_property
    def _seen(self) -> dict[str, list[tuple[Line, date, Decimal]]]:
        """Lines by account, each with its last day of service and its ARR in the reporting currency."""
        rates = dict(self.rates) | {"USD": Decimal(1)}
        seen: dict[str, list[tuple[Line, date, Decimal]]] = defaultdict(list)
        for line in self.lines:
            last = date.max
            if line.end is not None:
                last = min(last, line.end)
            if line.terminated is not None and line.terminated <= self.as_of:
                last = min(last, line.terminated)
            if line.start > self.as_of or line.start > last:
                continue
            arr = (line.arr * rates[line.currency]).quantize(MICRO, rounding=ROUND_HALF_UP)
            seen[line.account_id].append((line, last, arr))
        return seen

    @cached_property
    def _active(self) -> dict[str, dict[date, list[tuple[str, Decimal]]]]:
        """Account -> day -> (product, ARR) of what counts on that day, late renewals carried over."""
        return {account: self._days_of(account) for account in self._seen}

    def _days_of(self, account: str) -> dict[date, list[tuple[str, Decimal]]]:
        lines = self._seen[account]
        first = min(line.start for line, _, _ in lines)
        days: dict[date, list[tuple[str, Decimal]]] = {}
        day = first
        while day <= self.as_of:
            active = [(line.product, arr) for line, last, arr in lines if line.start <= day <= last]
            if active:
                days[day] = active
            day += ONE_DAY
        last_active = first
        day = first
        silent: list[date] = []
        carried: dict[date, list[tuple[str, Decimal]]] = {}
        while day <= self.as_of:
            if day in days:
                if silent:
                    carried |= self._bridge(account, last_active, silent, day)
                silent = []
                last_active = day
            else:
                silent.append(day)
            day += ONE_DAY
        if silent:
            carried |= self._bridge(account, last_active, silent, None)
        return days | carried

    def _bridge(
        self, account: str, last_active: date, silent: list[date], next_start: date | None
    ) -> dict[date, list[tuple[str, Decimal]]]:
        if len(silent) > self.grace:
            return {}
        until = next_start or self.as_of
        for lost in self.lost:
            dates = [day for day in (lost.expected, lost.closed) if day is not None]
            is_near = any(last_active - timedelta(days=90) <= day <= until for day in dates)
            if lost.account_id == account and lost.closed <= self.as_of and is_near:
                return {}
        kept = [
            (line.product, arr)
            for line, last, arr in self._seen[account]
            if line.start <= last_active <= last
            and not (line.terminated is not None and line.terminated == last_active)
        ]
        return dict.fromkeys(silent, kept) if kept else {}

    # ---- families ----------------------------------------------------------------------------------------------

    def root(self, account: str) -> str:
        while (parent := self._by_id[account].parent) in self._by_id and parent is not None:
            account = parent
        return account

    @cached_property
    def families(self) -> dict[str, list[str]]:
        families: dict[str, list[str]] = defaultdict(list)
        for account in self.accounts:
            families[self.root(account.account_id)].append(account.account_id)
        return families

    def own_arr(self, account: str, day: date) -> Decimal:
        return sum((arr for _, arr in self._active.get(account, {}).get(day, [])), ZERO)

    def arr(self, root: str, day: date) -> Decimal:
        return sum((self.own_arr(member, day) for member in self.families[root]), ZERO)

    def line_arr(self, root: str, product: str, day: date) -> Decimal:
        return sum(
            (
                arr
                for member in self.families[root]
                for held, arr in self._active.get(member, {}).get(day, [])
                if held == product
            ),
            ZERO,
        )

    @cached_property
    def customers(self) -> list[str]:
        """Revenue accounts that ever had a line."""
        return sorted({self.root(account) for account in self._seen})

    @cached_property
    def grid(self) -> list[date]:
        starts = [line.start for lines in self._seen.values() for line, _, _ in lines]
        last_closed = (self.as_of + ONE_DAY).replace(day=1) - ONE_DAY
        return list(month_ends(min(starts), last_closed)) if starts else []

    @cached_property
    def month_arr(self) -> dict[tuple[str, date], Decimal]:
        return {(root, day): self.arr(root, day) for root in self.customers for day in self.grid}

    # ---- movements and windows ---------------------------------------------------------------------------------

    def movement(self, root: str, day: date) -> Movement | None:
        before = months_before(day, 1)
        previous = self.month_arr.get((root, before), ZERO)
        current = self.month_arr[root, day]
        if previous == current:
            return None
        if previous == 0:
            earlier = any(arr > 0 for (account, at), arr in self.month_arr.items() if account == root and at < day)
            return Movement("reactivation" if earlier else "new", current, self._stretch_start(root, day))
        if current == 0:
            gone = before
            while self.arr(root, gone) > 0:
                gone += ONE_DAY
            return Movement("churn", previous, gone)
        changed = max(
            at
            for at in (before + timedelta(days=offset) for offset in range(1, (day - before).days + 1))
            if self._touched(root, at)
        )
        kind = "expansion" if current > previous else "contraction"
        return Movement(kind, abs(current - previous), changed)

    def _stretch_start(self, root: str, day: date) -> date:
        while self.arr(root, day - ONE_DAY) > 0:
            day -= ONE_DAY
        return day

    def _touched(self, root: str, day: date) -> bool:
        """A line with ARR begins on the day, or its last day (or that of its bridge) was the day before."""
        for member in self.families[root]:
            for line, last, arr in self._seen.get(member, []):
                if arr > 0 and (line.start == day or (last < date.max and last + ONE_DAY == day)):
                    return True
            if self.own_arr(member, day - ONE_DAY) > 0 and self.own_arr(member, day) == 0:
                return True
        return False

    def window(self, root: str, day: date, months: int) -> Window:
        ends = [months_before(day, back) for back in range(months, -1, -1)]
        values = [self.month_arr.get((root, end), ZERO) for end in ends]
        base, current = values[0], values[-1]
        if base == 0:
            return Window(ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, False)
        flow = base
        reactivated = ZERO
        for previous, value in pairwise(values):
            if previous == 0 and value > 0:
                reactivated += value
            else:
                flow += value - previous
        lapsed = current > 0 and any(value == 0 for value in values[1:-1])
        return Window(
            base, current, min(base, current), min(values), ZERO if lapsed else current, flow, reactivated, lapsed
        )

    # ---- slices ------------------------------------------------------------------------------------------------

    def first_service(self, accounts: list[str]) -> date | None:
        starts = [line.start for account in accounts for line, _, arr in self._seen.get(account, []) if arr > 0]
        return min(starts, default=None)

    def _own_segment(self, account: str) -> str | None:
        stated = self._by_id[account].segment
        if stated:
            return stated
        size = self._by_id[account].acv
        if size is None:
            first = self.first_service([account])
            if first is None:
                return None
            size = sum((arr for line, _, arr in self._seen[account] if line.start == first and arr > 0), ZERO)
        for segment in self.segments:
            if segment.acv_from <= size and (segment.acv_below is None or size < segment.acv_below):
                return segment.name
        return None

    def _own_csm(self, account: str, day: date) -> tuple[bool, str | None]:
        """Whether the account ever had an owner, and its owner's e-mail on the day."""
        history = [owner for owner in self.owners if owner.account_id == account and owner.start <= self.as_of]
        if not history:
            stated = self._by_id[account].csm_email
            return stated is not None, stated
        first = min(history, key=lambda owner: (owner.start, owner.email))
        if day < first.start:
            return True, first.email
        current = [owner for owner in history if owner.start <= day and (owner.end is None or day <= owner.end)]
        if not current:
            return True, None
        latest = max(owner.start for owner in current)
        return True, min(owner.email for owner in current if owner.start == latest)

    def attributes(self, account: str, day: date) -> dict[str, str]:
        """Slices of a revenue account on a day."""
        children = [member for member in self.families[account] if member != account]
        by_size = sorted(children, key=lambda child: (-self.own_arr(child, day), child))

        def first_filled(own: str | None, of_child: list[str | None]) -> str:
            return own or next((value for value in of_child if value), "unknown")

        has_owner, email = self._own_csm(account, day)
        if not has_owner:
            owned = [self._own_csm(child, day) for child in by_size]
            email = next((of_child for has, of_child in owned if has), None)
        names, teams = dict(self.names), dict(self.teams)
        return {
            "segment": first_filled(self._own_segment(account), [self._own_segment(child) for child in by_size]),
            "csm": names.get(email, "?") if email else "unassigned",
            "team": teams.get(email, "unassigned") if email else "unassigned",
            "industry": first_filled(self._by_id[account].industry, [self._by_id[child].industry for child in by_size]),
            "region": first_filled(self._by_id[account].region, [self._by_id[child].region for child in by_size]),
            "product": self._product(account, day),
            "signed_quarter": self._signed_quarter(account),
        }

    def _product(self, root: str, day: date) -> str:
        days = sorted({at for member in self.families[root] for at in self._active.get(member, {})})
        if not days:
            return "unknown"
        at = max((active for active in days if active <= day), default=days[0])
        sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for member in self.families[root]:
            for product, arr in self._active.get(member, {}).get(at, []):
                sums[product] += arr
        return min(sums, key=lambda product: (-sums[product], product))

    def _signed_quarter(self, root: str) -> str:
        first = self.first_service(self.families[root])
        return "unknown" if first is None else f"{first.year}-Q{(first.month + 2) // 3}"
