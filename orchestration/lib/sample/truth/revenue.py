"""Recurring revenue: stocks, movements, transfers between slices, and the retention family over 12, 3 and 1 months."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from orchestration.lib.sample.days import month_end, month_start, plus_months
from orchestration.lib.sample.model import Account
from orchestration.lib.sample.truth.book import DIMENSIONS, ZERO, Book
from orchestration.lib.sample.truth.journey import JOURNEY_DIMENSIONS, slices_of
from orchestration.lib.sample.truth.tally import Slice, Tally

FLOWS = ("new_arr", "expansion_arr", "contraction_arr", "churned_arr", "reactivation_arr", "transferred_arr")
YEAR = 12


def measure(book: Book, tally: Tally) -> None:
    """All metrics of the ARR and NRR family, by month."""
    for root in book.roots():
        history = History(book, root)
        for place in range(len(book.months)):
            _stock_and_movement(history, place, tally)
            for window in (12, 3, 1):
                _window(history, place, window, tally)
    for flow in FLOWS:
        tally.fill(flow)
    _ratios(tally)
    _compounded(tally)


class History:
    """One revenue account over the company's month-ends: ARR, movements, slices at each anchor."""

    def __init__(self, book: Book, root: Account) -> None:
        self.book = book
        self.root = root
        self.months = book.months
        self.arr = [book.arr(root, end) for end in self.months]
        self.movements = [self._movement(place) for place in range(len(self.months))]

    def at(self, place: int) -> Decimal:
        """ARR at a month-end; nothing before the first one."""
        return self.arr[place] if place >= 0 else ZERO

    def end(self, place: int) -> date:
        """The month-end of a place, also before the first one."""
        return self.months[place] if place >= 0 else month_end(plus_months(month_start(self.months[0]), place))

    def slices(self, day: date) -> list[Slice]:
        return slices_of(self.book, self.root, day)

    def anchor(self, place: int) -> date:
        """The day whose slices a movement takes: the previous month-end, a new account's first day of service."""
        if self.movements[place][0] == "new":
            first = self.book.first_service_on(self.book.family(self.root))
            if first is not None:
                return first
        return self.end(place - 1)

    def _movement(self, place: int) -> tuple[str, Decimal]:
        before, now = self.at(place - 1), self.at(place)
        ever_before = any(self.arr[earlier] > 0 for earlier in range(place))
        if before == 0 and now > 0:
            return ("reactivation" if ever_before else "new", now)
        if before > 0 and now == 0:
            return ("churn", before)
        if now > before:
            return ("expansion", now - before)
        if now < before:
            return ("contraction", before - now)
        return ("none", ZERO)


METRIC_OF_MOVEMENT = {
    "new": "new_arr",
    "expansion": "expansion_arr",
    "contraction": "contraction_arr",
    "churn": "churned_arr",
    "reactivation": "reactivation_arr",
}


def _stock_and_movement(history: History, place: int, tally: Tally) -> None:
    end = history.end(place)
    closing = history.slices(end)
    opening = history.slices(history.anchor(place))
    tally.add("arr", end, closing, history.at(place))
    tally.add("opening_arr", end, opening, history.at(place - 1))
    kind, amount = history.movements[place]
    if kind != "none":
        tally.add(METRIC_OF_MOVEMENT[kind], end, opening, amount)
    if opening != closing and history.at(place) != 0:
        moved_out = [one for one in opening if one not in closing]
        moved_in = [one for one in closing if one not in opening]
        tally.add("transferred_arr", end, moved_in, history.at(place))
        tally.add("transferred_arr", end, moved_out, -history.at(place))
    family = history.book.family(history.root)
    held = {service.product for member in family for service in history.book.services[member.key]}
    by_product = history.book.arr_by_product(family, end)
    for product in sorted(held):
        tally.add("line_arr", end, [("line_product", product)], by_product.get(product, ZERO))


def _window(history: History, place: int, window: int, tally: Tally) -> None:
    """One account's part in the retention metrics of the window that ends at a month-end."""
    end = history.end(place)
    slices = history.slices(history.end(place - window))
    base, current = history.at(place - window), history.at(place)
    if window == YEAR:
        # Outside the cohort only the slices that every account has on every day are shown as empty.
        tally.count("nrr_cohort_accounts", end, slices if base > 0 else slices[: len(DIMENSIONS)], base > 0)
    if base == 0:
        return
    between = [history.at(step) for step in range(place - window + 1, place)]
    lapsed = current > 0 and any(arr == 0 for arr in between)
    parts: dict[str, Decimal] = {"base": base, "current": current}
    if window == YEAR:
        flow = base
        for step in range(place - window + 1, place + 1):
            kind, amount = history.movements[step] if step >= 0 else ("none", ZERO)
            flow += {"expansion": amount, "contraction": -amount, "churn": -amount}.get(kind, ZERO)
        parts |= {
            "retained": min(base, current),
            "strict": min([base, *between, current]),
            "kept": ZERO if lapsed else current,
            "flow": flow,
            "grown": max(current - base, ZERO),
            "churned": base if current == 0 else ZERO,
            "churned_accounts": Decimal(current == 0),
        }
    for part, amount in parts.items():
        tally.add(f"_{part}_{window}", end, slices, amount)


def _ratios(tally: Tally) -> None:
    tally.ratio("nrr", "_current_12", "_base_12")
    tally.ratio("nrr_3m", "_current_3", "_base_3")
    tally.ratio("nrr_1m", "_current_1", "_base_1")
    tally.ratio("grr", "_retained_12", "_base_12")
    tally.ratio("grr_strict", "_strict_12", "_base_12")
    tally.ratio("nrr_excluding_reactivated", "_kept_12", "_base_12")
    tally.ratio("nrr_flow", "_flow_12", "_base_12")
    tally.ratio("expansion_rate", "_grown_12", "_base_12")
    tally.ratio("revenue_churn_rate", "_churned_12", "_base_12")
    tally.ratio("logo_churn_rate", "_churned_accounts_12", "nrr_cohort_accounts")
    tally.ratio("logo_retention_rate", "_churned_accounts_12", "nrr_cohort_accounts", complement=True)
    for window in (12, 3, 1):
        tally.drop(f"_base_{window}", f"_current_{window}")
    tally.drop(
        *(f"_{part}_12" for part in ("retained", "strict", "kept", "flow", "grown", "churned", "churned_accounts"))
    )


def _compounded(tally: Tally) -> None:
    """Product of the twelve monthly NRRs to a month-end, where each of them exists."""
    monthly = tally.ratios_of("nrr_1m")
    for month, one in sorted(monthly):
        if one[0] in JOURNEY_DIMENSIONS:
            continue
        steps = [(plus_months(month, -back), one) for back in range(YEAR)]
        if all(step in monthly for step in steps):
            product = Fraction(1)
            for step in steps:
                product *= monthly[step]
            tally.set("nrr_monthly_compounded", month, one, product)
