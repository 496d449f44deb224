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
    tally.count("customers", end, closing, history.at(place) > 0)
    tally.add("in_grace_arr", end, closing, _in_grace(history, end))
    if kind != "none":
        tally.add(METRIC_OF_MOVEMENT[kind], end, opening, amount)
        tally.add("net_new_arr", end, opening, -amount if kind in ("contraction", "churn") else amount)
    if opening != closing and history.at(place) != 0:
        moved_out = [one for one in opening if one not in closing]
        moved_in = [one for one in closing if one not in opening]
        tally.add("transferred_arr", end, moved_in, history.at(place))
        tally.add("transferred_arr", end, moved_out, -history.at(place))
    family = history.book.family(history.root)
    held = {service.product for member in family for service in history.book.services[member.key]}
    by_product = history.book.arr_by_product(family, end)
    for product in sorted(held):
        tally.add("line_arr", end, [*closing, ("line_product", product)], by_product.get(product, ZERO))


def _in_grace(history: History, end: date) -> Decimal:
    """ARR that counts only because a late renewal may still come: the gap is open at as_of."""
    book = history.book
    return sum(
        (
            service.arr
            for member in book.family(history.root)
            for service in book.services[member.key]
            if service.bridged and service.covers(end) and service.last >= book.as_of
        ),
        ZERO,
    )


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
    suffix = "" if window == YEAR else f"_{window}m"
    parts: dict[str, Decimal] = {
        f"nrr_base_arr{suffix}": base,
        f"nrr_current_arr{suffix}": current,
        f"grr_retained_arr{suffix}": min(base, current),
    }
    if window == YEAR:
        flow = base
        for step in range(place - window + 1, place + 1):
            kind, amount = history.movements[step] if step >= 0 else ("none", ZERO)
            flow += {"expansion": amount, "contraction": -amount, "churn": -amount}.get(kind, ZERO)
        parts |= {
            "grr_strict_retained_arr": min([base, *between, current]),
            "nrr_never_lapsed_arr": ZERO if lapsed else current,
            "nrr_flow_arr": flow,
            "nrr_expansion_arr": max(current - base, ZERO),
            "nrr_churned_arr": base if current == 0 else ZERO,
            "nrr_churned_accounts": Decimal(current == 0),
            "nrr_kept_accounts": Decimal(current > 0),
        }
    for part, amount in parts.items():
        tally.add(part, end, slices, amount)


def _ratios(tally: Tally) -> None:
    tally.ratio("nrr", "nrr_current_arr", "nrr_base_arr")
    tally.ratio("nrr_3m", "nrr_current_arr_3m", "nrr_base_arr_3m")
    tally.ratio("nrr_1m", "nrr_current_arr_1m", "nrr_base_arr_1m")
    tally.ratio("grr", "grr_retained_arr", "nrr_base_arr")
    tally.ratio("grr_3m", "grr_retained_arr_3m", "nrr_base_arr_3m")
    tally.ratio("grr_1m", "grr_retained_arr_1m", "nrr_base_arr_1m")
    tally.ratio("grr_strict", "grr_strict_retained_arr", "nrr_base_arr")
    tally.ratio("nrr_excluding_reactivated", "nrr_never_lapsed_arr", "nrr_base_arr")
    tally.ratio("nrr_flow", "nrr_flow_arr", "nrr_base_arr")
    tally.ratio("expansion_rate", "nrr_expansion_arr", "nrr_base_arr")
    tally.ratio("revenue_churn_rate", "nrr_churned_arr", "nrr_base_arr")
    tally.ratio("logo_churn_rate", "nrr_churned_accounts", "nrr_cohort_accounts")
    tally.ratio("logo_retention_rate", "nrr_churned_accounts", "nrr_cohort_accounts", complement=True)


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
