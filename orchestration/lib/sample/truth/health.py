"""Health at month-ends: each customer's signals, weighed by what is known, and the ARR of those who do badly."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from weakref import WeakKeyDictionary

from orchestration.lib.sample import phrases
from orchestration.lib.sample.days import plus, plus_months
from orchestration.lib.sample.model import Account, Contact, Meeting, Survey, Ticket
from orchestration.lib.sample.truth.book import DIMENSIONS, TARGET_DAYS, Book
from orchestration.lib.sample.truth.first_value import first_value_day
from orchestration.lib.sample.truth.journey import slices_of
from orchestration.lib.sample.truth.renewals import renewals
from orchestration.lib.sample.truth.tally import TOTAL, Slice, Tally

#: Signal: weight, value without points, value with all points.
SIGNALS = {
    "core_feature_adoption": (30, Fraction(2, 10), Fraction(8, 10)),
    "usage_trend": (25, Fraction(-5, 10), Fraction(1, 10)),
    "time_to_value": (15, Fraction(2), Fraction(1)),
    "stakeholder_engagement": (15, Fraction(0), Fraction(75, 100)),
    "support_friction": (10, Fraction(6), Fraction(0)),
    "sentiment": (5, Fraction(3), Fraction(9)),
}
RED_BELOW, AMBER_BELOW = 50, 75
KEY_ROLES = ("sponsor", "champion", "technical")
ENGAGED_DAYS = 90
USAGE_DAYS, BASELINE_DAYS = 30, 90
BACKTEST_DAYS = 120
SILENT_DAYS, SILENT_BELOW = 90, Fraction(1, 2)
SIGN_IN = "Signed In"


@dataclass(frozen=True)
class Health:
    """One customer at one month-end. ``score`` is None when no signal is known."""

    account: Account
    month_end: date
    arr: Decimal
    score: Fraction | None
    usage_trend: Fraction | None
    core_features_unused: int | None
    is_silent: bool

    @property
    def band(self) -> str:
        if self.score is None:
            return "unknown"
        return "red" if self.score < RED_BELOW else "amber" if self.score < AMBER_BELOW else "green"


class Signals:
    """What each account did, in lists of its own."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self.contacts: dict[int, list[Contact]] = defaultdict(list)
        self.meetings: dict[int, list[Meeting]] = defaultdict(list)
        self.tickets: dict[int, list[Ticket]] = defaultdict(list)
        self.surveys: dict[int, list[Survey]] = defaultdict(list)
        self.used: dict[int, set[int]] = defaultdict(set)
        self._features: dict[int, list[tuple[date, str]]] = defaultdict(list)
        for event in book.company.usage_events:
            if event.name != SIGN_IN and event.occurred_at.date() <= book.as_of:
                self.used[event.account.key].add(event.occurred_at.date().toordinal())
                self._features[event.account.key].append((event.occurred_at.date(), event.feature))
        for contact in book.company.contacts:
            self.contacts[contact.account.key].append(contact)
        for meeting in book.company.meetings:
            if meeting.attended and meeting.held_at.date() <= book.as_of:
                self.meetings[meeting.account.key].append(meeting)
        for ticket in book.company.tickets:
            self.tickets[ticket.account.key].append(ticket)
        for survey in book.company.surveys:
            self.surveys[survey.account.key].append(survey)

    def values(self, account: Account, day: date) -> dict[str, Fraction | None]:
        return {
            "core_feature_adoption": self.core_adoption(account, day),
            "usage_trend": self.usage_trend(account, day),
            "time_to_value": self._time_to_value(account, day),
            "stakeholder_engagement": self._stakeholders(account, day),
            "support_friction": None if self.is_silent(account, day) else self._support(account, day),
            "sentiment": self._sentiment(account, day),
        }

    def core_features(self, account: Account, day: date) -> tuple[int, int]:
        """Core features of the products in service, and how many of them were in use lately."""
        products = {one.product for one in self._book.services[account.key] if one.arr > 0 and one.covers(day)}
        bought = {feature for product in products for feature in phrases.FEATURES.get(product, ())} & set(
            phrases.CORE_FEATURES
        )
        used = {feature for on, feature in self._features[account.key] if plus(day, -USAGE_DAYS) < on <= day}
        return len(bought), len(bought & used)

    def core_adoption(self, account: Account, day: date) -> Fraction | None:
        if not self._book.company.usage_events:
            return None
        bought, used = self.core_features(account, day)
        return Fraction(used, bought) if bought else None

    def usage_trend(self, account: Account, day: date) -> Fraction | None:
        """Use per day of late against that of the days before, once the account has been served for as long."""
        first = min(one.first for one in self._book.services[account.key] if one.arr > 0)
        if (day - first).days + 1 < USAGE_DAYS + BASELINE_DAYS:
            return None
        turn, start = plus(day, -USAGE_DAYS), plus(day, -USAGE_DAYS - BASELINE_DAYS)
        recent = sum(1 for on, _ in self._features[account.key] if turn < on <= day)
        before = sum(1 for on, _ in self._features[account.key] if start < on <= turn)
        return Fraction(recent * BASELINE_DAYS, before * USAGE_DAYS) - 1 if before else None

    def is_silent(self, account: Account, day: date) -> bool:
        """No ticket open, none for long, and little adoption."""
        adoption = self.core_adoption(account, day)
        if not self._book.company.tickets or adoption is None or rounded(adoption, 6) >= SILENT_BELOW:
            return False
        return all(
            ticket.opened_at.date() <= plus(day, -SILENT_DAYS)
            and ticket.solved_at is not None
            and ticket.solved_at.date() <= day
            for ticket in self.tickets[account.key]
            if ticket.opened_at.date() <= day
        )

    def _time_to_value(self, account: Account, day: date) -> Fraction | None:
        signed = [one for one in self._book.onboardings[account.key] if one.signed_on <= day]
        if not signed:
            return None
        newest = max(signed, key=lambda one: (one.signed_on, one.key))
        target = TARGET_DAYS[self._book.segment(account, newest.signed_on)]
        arrived = first_value_day(self._book, newest)
        if arrived is not None and arrived <= day:
            return Fraction((arrived - newest.signed_on).days, target)
        so_far = (day - newest.signed_on).days
        return Fraction(so_far, target) if so_far > target else None

    def _stakeholders(self, account: Account, day: date) -> Fraction | None:
        keys = [
            contact
            for contact in self.contacts[account.key]
            if contact.role in KEY_ROLES
            and contact.from_on <= day
            and (contact.left_on is None or contact.left_on > day)
        ]
        if not keys or not self._book.company.meetings:
            return None
        seen = {
            meeting.contact.key
            for meeting in self.meetings[account.key]
            if plus(day, -ENGAGED_DAYS) < meeting.held_at.date() <= day
        }
        return Fraction(sum(1 for contact in keys if contact.key in seen), len(keys))

    def _support(self, account: Account, day: date) -> Fraction | None:
        if not self._book.company.tickets:
            return None
        load = 0
        for ticket in self.tickets[account.key]:
            opened_on = ticket.opened_at.date()
            if opened_on <= day:
                load += ticket.solved_at is None or ticket.solved_at.date() > day
                load += ticket.priority == "urgent" and opened_on >= day.replace(day=1)
        return Fraction(load)

    def _sentiment(self, account: Account, day: date) -> Fraction | None:
        since = plus_months(day.replace(day=1), -11)
        scores = [
            survey.score
            for survey in self.surveys[account.key]
            if survey.kind == "nps" and survey.purpose != "onboarding" and since <= survey.responded_at.date() <= day
        ]
        return Fraction(sum(scores), len(scores)) if scores else None


def score(values: dict[str, Fraction | None]) -> Fraction | None:
    """Weighted mean of the points of the known signals, rounded as it is published."""
    total, weights = Fraction(0), 0
    for signal, value in values.items():
        if value is not None:
            weight, zero_at, full_at = SIGNALS[signal]
            share = (rounded(value, 6) - zero_at) / (full_at - zero_at)
            total += weight * rounded(100 * min(max(share, Fraction(0)), Fraction(1)), 4)
            weights += weight
    return rounded(total / weights, 4) if weights else None


def rounded(value: Fraction, places: int) -> Fraction:
    """Half away from zero."""
    scale = 10**places
    sign = -1 if value < 0 else 1
    return Fraction(sign * int(abs(value) * scale + Fraction(1, 2)), scale)


def histories(book: Book) -> list[Health]:
    """Every customer at every month-end on which its own lines have ARR."""
    if book not in _OF_BOOK:
        _OF_BOOK[book] = _histories(book)
    return _OF_BOOK[book]


_OF_BOOK: WeakKeyDictionary[Book, list[Health]] = WeakKeyDictionary()


def _histories(book: Book) -> list[Health]:
    signals = Signals(book)
    found = []
    for account in book.accounts:
        for end in book.months:
            arr = book.own_arr(account, end)
            if arr > 0:
                values = signals.values(account, end)
                bought, used = signals.core_features(account, end)
                unused = bought - used if bought and book.company.usage_events else None
                silent = signals.is_silent(account, end)
                found.append(Health(account, end, arr, score(values), values["usage_trend"], unused, silent))
    return found


def measure(book: Book, tally: Tally) -> None:
    """All metrics of the health family, by month."""
    known = histories(book)
    _backtest(book, known, tally)
    for health in known:
        if health.score is None:
            continue
        slices = slices_of(book, health.account, health.month_end)
        tally.count("scored_accounts", health.month_end, slices)
        tally.add("scored_arr", health.month_end, slices, health.arr)
        tally.add("at_risk_arr", health.month_end, slices, health.arr if health.band == "red" else Decimal(0))
        for metric, band in (("at_risk_accounts", "red"), ("watched_accounts", "amber"), ("healthy_accounts", "green")):
            tally.count(metric, health.month_end, slices, health.band == band)
        tally.add("health_score_total", health.month_end, slices, _decimal(health.score))
    tally.ratio("health_score", "health_score_total", "scored_accounts")


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _backtest(book: Book, known: list[Health], tally: Tally) -> None:
    """Whether the score told renewed customers from lost ones so many days before."""
    scores: dict[int, list[Health]] = defaultdict(list)
    for health in known:
        if health.score is not None:
            scores[health.account.key].append(health)
    decided: list[tuple[date, Fraction, bool, list[Slice]]] = []
    for account in book.accounts:
        for renewal in renewals(book, account):
            early = [one for one in scores[account.key] if one.month_end <= plus(renewal.due_on, -BACKTEST_DAYS)]
            if renewal.outcome != "pending" and early:
                last = max(early, key=lambda one: one.month_end)
                slices = list(zip(DIMENSIONS, book.slices(account, last.month_end), strict=True))
                decided.append((renewal.due_on, last.score or Fraction(0), renewal.outcome != "lost", slices))
    for end in book.months:
        since = plus_months(end.replace(day=1), -11)
        cells: dict[Slice, list[tuple[Fraction, bool]]] = defaultdict(list)
        for due_on, value, is_renewed, slices in decided:
            if since <= due_on <= end:
                for one in (TOTAL, *slices):
                    cells[one].append((value, is_renewed))
        for one, members in cells.items():
            kept = [value for value, is_renewed in members if is_renewed]
            lost = [value for value, is_renewed in members if not is_renewed]
            tally.set("health_backtest_renewals", end, one, Fraction(len(members)))
            tally.set("health_backtest_lost_renewals", end, one, Fraction(len(lost)))
            if kept and lost:
                right = sum((Fraction(2 * (a > b) + (a == b), 2) for a in kept for b in lost), Fraction(0))
                tally.set("health_backtest_auc", end, one, right / (len(kept) * len(lost)))
