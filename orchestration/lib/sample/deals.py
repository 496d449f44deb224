"""Contracts and money: new business, renewals (on time, late, lost), expansions, contractions, churn, returns.

Cause and effect: time to first value and success hours move the odds of a renewal; success hours open proactive
expansions. Everything decided is dated; nothing after the company's last day is known except what a contract says.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise

from orchestration.lib.sample import phrases
from orchestration.lib.sample.chance import Chance, Stream, sigmoid
from orchestration.lib.sample.customers import Customers, cents, contract_value
from orchestration.lib.sample.days import month_end, next_business_day, plus, plus_months, quarter_start
from orchestration.lib.sample.model import (
    Account,
    Company,
    Contract,
    Line,
    Onboarding,
    Opportunity,
    Person,
    StageChange,
)
from orchestration.lib.sample.onboarding import Onboardings

STAGES = ("Qualification", "Proposal", "Negotiation")


@dataclass
class Relationship:
    """What the commercial side knows of one customer while the months go by."""

    account: Account
    onboarding: Onboarding | None = None
    contract: Contract | None = None
    lines: list[Line] = field(default_factory=list)
    success_hours: dict[tuple[int, int], float] = field(default_factory=lambda: defaultdict(float))
    ended_on: date | None = None
    returns_on: date | None = None
    returned: bool = False

    def running(self, day: date) -> list[Line]:
        return [line for line in self.lines if is_active(line, day)]

    def value_score(self, day: date) -> float:
        """How the way to value went, as the customer feels it on the day."""
        onboarding = self.onboarding
        if onboarding is None:
            return 0.2
        target = onboarding.account.habits.target_days
        if onboarding.first_value_on is None or onboarding.first_value_on > day:
            return -1.6 if (day - onboarding.signed_on).days > 2 * target else 0.0
        days = (onboarding.first_value_on - onboarding.signed_on).days
        return 0.8 if days <= target else max(0.5 - 0.7 * (days / target - 1.0), -0.9)

    def attention(self, day: date) -> float:
        """Success hours of the three months to the day against what the segment usually gets; 1 = usual."""
        hours = 0.0
        for back in range(3):
            month = plus_months(day.replace(day=1), -back)
            hours += self.success_hours[(month.year, month.month)]
        return hours / (3.0 * self.account.habits.monthly_success_hours)


def last_day(line: Line) -> date:
    ends = [day for day in (line.ends_on, line.terminated_on) if day is not None]
    return min(ends, default=date.max)


def is_active(line: Line, day: date) -> bool:
    return line.starts_on <= day <= last_day(line)


class Deals:
    def __init__(self, company: Company, customers: Customers, onboardings: Onboardings, chance: Chance) -> None:
        self._company = company
        self._customers = customers
        self._onboardings = onboardings
        self._chance = chance
        self._end = company.parameters.ends_on
        self._returners: list[Relationship] = []

    def win(self, relationship: Relationship, csm: Person) -> None:
        """First contract of a new customer, on its signature day, with its onboarding."""
        account = relationship.account
        signed_on = account.signed_on or account.created_on
        stream = self._chance.stream("win", account.key)
        value = contract_value(stream, account.habits)
        opportunity = self._opportunity(
            account,
            "New Business",
            account.sales_rep or csm,
            max(account.created_on, plus(signed_on, -stream.whole(20, 110))),
            signed_on,
            stream,
        )
        self._close(opportunity, signed_on, True)
        starts_on = signed_on if account.key == 0 else min(plus(signed_on, stream.whole(0, 12)), self._end)
        if stream.happens(0.25) and plus_months(signed_on.replace(day=1), 1) <= self._end:
            starts_on = plus_months(signed_on.replace(day=1), 1) if account.key else starts_on
        months = (
            None
            if stream.happens(account.habits.open_ended_share)
            else stream.weighted((12, 24, 36), (0.72, 0.14, 0.14))
        )
        contract = self._contract(account, opportunity, signed_on, starts_on, months)
        relationship.contract = contract
        lines = self._first_lines(contract, self._local(account, value), stream)
        if months is not None and months > 12 and stream.happens(0.55):
            lines += self._step_ups(contract, lines[0], months, stream)
        relationship.lines.extend(lines)
        opportunity.amount = sum((line.arr for line in lines if line.starts_on == starts_on), Decimal(0))
        if stream.happens(0.8):
            account.acv = (opportunity.amount * self._rate(account)).quantize(Decimal("0.01"))
        legacy = account.key % 29 == 11 and not self._has_family(account)
        if not legacy:
            relationship.onboarding = self._onboardings.begin(account, signed_on, csm, value, stream.happens(0.12))

    def _has_family(self, account: Account) -> bool:
        above = [other.history["parent"][-1][1] for other in self._company.accounts]
        return account.history["parent"][-1][1] is not None or account in above

    def month(self, relationship: Relationship, first: date) -> None:
        """What happens commercially to one customer in the month that starts on ``first``."""
        last = month_end(first)
        if relationship.ended_on is not None:
            if relationship.returns_on is not None and first <= relationship.returns_on <= last:
                self._win_back(relationship, relationship.returns_on)
            return
        contract = relationship.contract
        if contract is None or contract.starts_on > first:
            return
        stream = self._chance.stream("month", relationship.account.key, first)
        if contract.ends_on is not None and contract.ends_on <= last:
            if contract.ends_on >= first:
                self._renew(relationship, contract, stream)
            return
        self._mid_term(relationship, contract, first, stream)

    def open_renewals(self, relationships: list[Relationship]) -> None:
        """Renewals that fall due within 90 days after the end stand open in the pipeline."""
        for relationship in relationships:
            contract = relationship.contract
            if relationship.ended_on is not None or contract is None or contract.ends_on is None:
                continue
            if self._end < contract.ends_on <= plus(self._end, 90):
                stream = self._chance.stream("open renewal", relationship.account.key)
                self._renewal_opportunity(relationship, contract, stream)

    def lost_deals(self) -> None:
        """Prospects' deals that are open or were lost, so that a pipeline exists."""
        for account in self._company.accounts:
            if account.is_customer or account.name.endswith("Holdings"):
                continue
            stream = self._chance.stream("lost", account.key)
            created_on = plus(account.created_on, stream.whole(0, 15))
            if created_on > self._end:
                continue
            owner = account.value("owner", created_on)
            opportunity = self._opportunity(
                account, "New Business", owner, created_on, plus(created_on, stream.whole(40, 120)), stream
            )
            opportunity.amount = cents(contract_value(stream, account.habits))
            closed_on = plus(created_on, stream.whole(30, 150))
            if closed_on <= self._end and stream.happens(0.75):
                self._close(opportunity, closed_on, False)
                opportunity.loss_reason = stream.pick(phrases.NEW_LOSS_REASONS)

    def pipeline(self, prospects: list[Account]) -> None:
        """Open deals that should close in the year ahead, more of them soon, and bunched at the ends of quarters."""
        for account in prospects:
            stream = self._chance.stream("pipeline deal", account.key)
            created_on = min(plus(account.created_on, stream.whole(0, 3)), self._end)
            expected = plus(self._end, stream.weighted((stream.whole(8, 90), stream.whole(91, 300)), (0.6, 0.4)))
            if stream.happens(0.5):
                expected = plus(plus_months(quarter_start(expected), 3), -stream.whole(1, 9))
            opportunity = self._opportunity(
                account, "New Business", account.value("owner", created_on), created_on, expected, stream
            )
            opportunity.amount = cents(contract_value(stream, account.habits))

    # -- contracts and lines

    def _first_lines(self, contract: Contract, value: float, stream: Stream) -> list[Line]:
        habits = contract.account.habits
        product = phrases.UPGRADE if habits.name == "high_touch" and stream.happens(0.35) else phrases.CORE
        add_ons = stream.sample(
            phrases.ADD_ONS,
            {"high_touch": stream.whole(1, 3), "hybrid": stream.whole(0, 2)}.get(habits.name, stream.whole(0, 1)),
        )
        core_share = 1.0 if not add_ons else stream.between(0.45, 0.8)
        lines = [self._sell(contract, product, value * core_share, stream)]
        for add_on in add_ons:
            lines.append(self._sell(contract, add_on, value * (1 - core_share) / len(add_ons), stream))
        return lines

    def _sell(
        self, contract: Contract, product: str, value: float, stream: Stream, starts_on: date | None = None
    ) -> Line:
        low, high = contract.account.habits.seat_price
        price = stream.between(low, high) * (1.0 if product in (phrases.CORE, phrases.UPGRADE) else 0.35)
        quantity = max(1, round(value / price))
        return self._line(
            contract, contract.opportunity, product, quantity, cents(value / quantity), starts_on or contract.starts_on
        )

    def _line(
        self,
        contract: Contract,
        opportunity: Opportunity,
        product: str,
        quantity: int,
        price: Decimal,
        starts_on: date,
        signed_on: date | None = None,
    ) -> Line:
        line = Line(
            len(self._company.lines),
            contract.account,
            contract,
            opportunity,
            product,
            quantity,
            price,
            contract.account.currency,
            starts_on,
            contract.ends_on,
            signed_on or contract.signed_on,
        )
        self._company.lines.append(line)
        return line

    def _step_ups(self, contract: Contract, core: Line, months: int, stream: Stream) -> list[Line]:
        """Seats agreed at signature that begin a year or two later."""
        lines = []
        for years in range(1, months // 12):
            quantity = max(1, round(core.quantity * stream.between(0.06, 0.18)))
            starts_on = plus_months(contract.starts_on, 12 * years)
            lines.append(self._line(contract, contract.opportunity, core.product, quantity, core.unit_price, starts_on))
        contract.opportunity.motion = "contracted"
        return lines

    def _contract(
        self, account: Account, opportunity: Opportunity, signed_on: date, starts_on: date, months: int | None
    ) -> Contract:
        ends_on = None if months is None else plus(plus_months(starts_on, months), -1)
        contract = Contract(len(self._company.contracts), account, opportunity, signed_on, starts_on, ends_on)
        self._company.contracts.append(contract)
        return contract

    def _rate(self, account: Account) -> Decimal:
        parameters = self._company.parameters
        return Decimal(1) if account.currency == parameters.reporting_currency else parameters.rate

    def _local(self, account: Account, value: float) -> float:
        return value / float(self._rate(account))

    # -- opportunities

    def _opportunity(
        self, account: Account, kind: str, owner: Person, created_on: date, expected: date, stream: Stream
    ) -> Opportunity:
        opportunity = Opportunity(
            len(self._company.opportunities),
            account,
            kind,
            f"{account.name} - {kind} {expected:%Y-%m}",
            Decimal(0),
            account.currency,
            created_on,
            expected,
            owner,
        )
        self._company.opportunities.append(opportunity)
        day = created_on
        span = max((expected - created_on).days, 2)
        for old, new in pairwise(STAGES):
            day = plus(day, max(1, round(span * stream.between(0.15, 0.4))))
            if day < expected and day <= self._end:
                opportunity.changes.append(StageChange(day, "StageName", old, new))
        return opportunity

    def _close(self, opportunity: Opportunity, day: date, is_won: bool) -> None:
        opportunity.closed_on = day
        opportunity.is_won = is_won
        opportunity.changes = [change for change in opportunity.changes if change.on <= day]
        stage = opportunity.changes[-1].new if opportunity.changes else STAGES[0]
        if opportunity.expected_close_on != day:
            opportunity.changes.append(
                StageChange(day, "CloseDate", opportunity.expected_close_on.isoformat(), day.isoformat())
            )
        opportunity.expected_close_on = day
        opportunity.changes.append(StageChange(day, "StageName", stage, "Closed Won" if is_won else "Closed Lost"))

    def _renewal_opportunity(self, relationship: Relationship, contract: Contract, stream: Stream) -> Opportunity:
        account = relationship.account
        ends_on = contract.ends_on or self._end
        created_on = max(plus(ends_on, -90), contract.signed_on)
        opportunity = self._opportunity(
            account, "Renewal", account.value("owner", created_on), created_on, ends_on, stream
        )
        opportunity.amount = sum((line.arr for line in relationship.running(ends_on)), Decimal(0))
        return opportunity

    # -- what happens within a term

    def _mid_term(self, relationship: Relationship, contract: Contract, first: date, stream: Stream) -> None:
        account = relationship.account
        day = stream.business_day(plus(first, 1), plus(first, 26))
        if day > self._end or not relationship.running(day):
            return
        score, attention = relationship.value_score(day), relationship.attention(day)
        may_leave = self._company.parameters.has_churn
        if may_leave and month_end(first) == self._end and account.key % 37 == 5:
            # Notice is given in the last month for a day that has not come yet.
            self._terminate(relationship, day, plus(self._end, stream.whole(5, 40)), stream)
            return
        leaving = 0.0012 if contract.ends_on is not None else 0.016 * sigmoid(-1.1 * score - 0.35 * account.fit) * 2
        if stream.happens(leaving) and may_leave:
            self._terminate(relationship, day, plus(day, stream.whole(0, 45)), stream)
            return
        near_end = contract.ends_on is not None and plus(day, 75) > contract.ends_on
        if near_end:
            return
        proactive = 0.023 * min(attention, 3.0) ** 2.0 * sigmoid(1.2 * score + 0.4)
        reactive = 0.028 * sigmoid(0.7 * score + 0.3 * account.fit)
        if stream.happens(proactive):
            self._expand(relationship, contract, day, "proactive", stream)
        elif stream.happens(reactive):
            self._expand(relationship, contract, day, "reactive", stream)
        elif stream.happens(0.0045 * sigmoid(-1.5 * score)):
            self._drop_part(relationship, day, stream)

    def _expand(self, relationship: Relationship, contract: Contract, day: date, motion: str, stream: Stream) -> None:
        account = relationship.account
        running = relationship.running(day)
        size = stream.between(0.12, 0.34) if motion == "proactive" else stream.between(0.08, 0.28)
        owner: Person = account.value("owner", day)
        if motion == "reactive" and account.sales_rep is not None:
            owner = account.sales_rep
        opportunity = self._opportunity(
            account, "Expansion", owner, max(plus(day, -stream.whole(12, 70)), contract.signed_on), day, stream
        )
        opportunity.motion = motion
        self._close(opportunity, day, True)
        starts_on = plus(day, stream.whole(0, 9))
        if contract.ends_on is not None and starts_on >= contract.ends_on:
            starts_on = day
        total = sum((line.arr for line in running), Decimal(0))
        missing = [product for product in phrases.ADD_ONS if product not in {line.product for line in running}]
        way = stream.share()
        core = max(running, key=lambda line: (line.arr, line.key))
        swappable = core.product == phrases.CORE and core.starts_on < starts_on and last_day(core) > starts_on
        if way < 0.2 and swappable:
            core.terminated_on, core.terminated_decided_on = plus(starts_on, -1), day
            price = (core.unit_price * cents(1 + size)).quantize(Decimal("0.01"))
            added = self._line(contract, opportunity, phrases.UPGRADE, core.quantity, price, starts_on, day)
            opportunity.amount = added.arr - core.arr
        elif way < 0.45 and missing:
            added = self._sell_more(contract, opportunity, stream.pick(missing), float(total) * size, starts_on, day)
            opportunity.amount = added.arr
            csm: Person = account.value("owner", day)
            if account.habits.name != "tech_touch" and csm.on(day).function == "success" and stream.happens(0.4):
                self._onboardings.begin(account, day, csm, float(added.arr), False)
        else:
            quantity = max(1, round(core.quantity * size))
            added = self._line(contract, opportunity, core.product, quantity, core.unit_price, starts_on, day)
            opportunity.amount = added.arr
        relationship.lines.append(added)

    def _sell_more(
        self, contract: Contract, opportunity: Opportunity, product: str, value: float, starts_on: date, signed_on: date
    ) -> Line:
        low, _ = contract.account.habits.seat_price
        quantity = max(1, round(value / (low * 0.35)))
        return self._line(contract, opportunity, product, quantity, cents(value / quantity), starts_on, signed_on)

    def _drop_part(self, relationship: Relationship, day: date, stream: Stream) -> None:
        """An add-on ends early while the rest goes on."""
        add_ons = [line for line in relationship.running(day) if line.product in phrases.ADD_ONS]
        last = plus(day, stream.whole(5, 40))
        add_ons = [line for line in add_ons if last_day(line) > last]
        if add_ons and len(relationship.running(day)) > len(add_ons):
            line = stream.pick(add_ons)
            line.terminated_on, line.terminated_decided_on = last, day

    def _terminate(self, relationship: Relationship, day: date, last: date, stream: Stream) -> None:
        """Everything ends early; the notice comes first, the last day of service some weeks later."""
        for line in relationship.lines:
            if last_day(line) > last:
                if line.starts_on > last:
                    line.deleted_on = min(plus(day, 1), self._end)
                line.terminated_on, line.terminated_decided_on = last, day
        self._ended(relationship, last, stream)

    def _ended(self, relationship: Relationship, last: date, stream: Stream) -> None:
        relationship.ended_on = last
        if not relationship.returned and stream.happens(0.2):
            returns_on = next_business_day(
                plus(last, stream.whole(6, 28) if stream.happens(0.3) else stream.whole(45, 210))
            )
            if returns_on <= self._end:
                relationship.returns_on = returns_on

    # -- renewals

    def _renew(self, relationship: Relationship, contract: Contract, stream: Stream) -> None:
        account = relationship.account
        ends_on = contract.ends_on or self._end
        score = relationship.value_score(ends_on)
        attention = min(relationship.attention(ends_on), 2.6)
        odds = sigmoid(
            account.habits.renewal_logit
            + 1.05 * score
            + 0.4 * account.fit
            + 1.3 * (attention - 1.0)
            + stream.normal(0, 0.4)
        )
        running = [line for line in relationship.running(ends_on) if line.terminated_on is None]
        opportunity = self._renewal_opportunity(relationship, contract, stream)
        may_leave = self._company.parameters.has_churn
        stays = stream.happens(odds) or not may_leave if running else False
        if not stays:
            self._lose(relationship, opportunity, ends_on, stream)
            return
        timing = stream.share()
        # Of those that fell due in the last weeks about half are still being papered when the history ends.
        on_time = 0.5 if plus(ends_on, 28) > self._end else 0.8
        if timing < on_time:
            starts_on, signed_on = plus(ends_on, 1), plus(ends_on, -stream.whole(1, 40))
        else:
            gap = stream.whole(2, 30) if timing < 0.97 or not may_leave else stream.whole(33, 80)
            starts_on = plus(ends_on, gap + 1)
            signed_on = plus(starts_on, -stream.whole(0, 4))
        if signed_on > self._end:
            relationship.ended_on = ends_on
            return
        signed_on = max(signed_on, opportunity.created_on)
        self._close(opportunity, signed_on, True)
        renewed = self._contract(account, opportunity, signed_on, starts_on, stream.weighted((12, 24), (0.85, 0.15)))
        self._renewed_lines(relationship, renewed, running, score, stream)
        relationship.contract = renewed

    def _renewed_lines(
        self, relationship: Relationship, contract: Contract, running: list[Line], score: float, stream: Stream
    ) -> None:
        uplift = cents(1 + (stream.between(0.02, 0.07) if stream.happens(0.75) else 0.0))
        seats: dict[str, int] = {}
        price: dict[str, Decimal] = {}
        for line in running:
            seats[line.product] = seats.get(line.product, 0) + line.quantity
            price[line.product] = max(price.get(line.product, Decimal(0)), line.unit_price)
        change = 1.0
        if stream.happens(0.09 * 2 * sigmoid(-0.9 * score)):
            change = stream.between(0.6, 0.93)
        elif stream.happens(0.26 * sigmoid(0.8 * score)):
            change = stream.between(1.05, 1.3)
        products = sorted(seats)
        if len(products) > 1 and stream.happens(0.05):
            products.remove(stream.pick([product for product in products if product in phrases.ADD_ONS] or products))
        for product in products:
            quantity = max(1, round(seats[product] * change))
            unit = (price[product] * uplift).quantize(Decimal("0.01"))
            relationship.lines.append(
                self._line(
                    contract, contract.opportunity, product, quantity, unit, contract.starts_on, contract.signed_on
                )
            )
        contract.opportunity.amount = sum(
            (line.arr for line in relationship.lines if line.contract is contract), Decimal(0)
        )

    def _lose(self, relationship: Relationship, opportunity: Opportunity, ends_on: date, stream: Stream) -> None:
        """Not renewed: marked lost around the end, or (one in six) left open and silent."""
        if not stream.happens(0.16):
            closed_on = max(plus(ends_on, stream.whole(-40, 6)), plus(opportunity.created_on, 1))
            if closed_on <= self._end:
                self._close(opportunity, closed_on, False)
                opportunity.loss_reason = stream.weighted(phrases.LOSS_REASONS, phrases.LOSS_REASON_WEIGHTS)
        self._ended(relationship, ends_on, stream)

    def _win_back(self, relationship: Relationship, day: date) -> None:
        account = relationship.account
        stream = self._chance.stream("win back", account.key)
        before = [line for line in relationship.lines if line.deleted_on is None]
        value = float(sum((line.arr for line in before if line.contract is before[-1].contract), Decimal(0)))
        opportunity = self._opportunity(
            account,
            "New Business",
            account.sales_rep or account.value("owner", day),
            plus(day, -stream.whole(5, 40)),
            day,
            stream,
        )
        self._close(opportunity, day, True)
        contract = self._contract(account, opportunity, day, day, 12)
        lines = self._first_lines(contract, value * stream.between(0.6, 1.1), stream)
        opportunity.amount = sum((line.arr for line in lines), Decimal(0))
        relationship.lines.extend(lines)
        relationship.contract = contract
        relationship.ended_on, relationship.returns_on, relationship.returned = None, None, True
        owner = account.value("owner", day)
        if stream.happens(0.7):
            csm = (
                owner
                if owner.on(day).function == "success" and owner.works_on(day)
                else self._customers.assign_csm(account, day)
            )
            relationship.onboarding = self._onboardings.begin(account, day, csm, value, False)
