"""Renewals by due date, expansion by driver and motion, churn by reason: followed from each line and deal."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from orchestration.lib.sample.days import plus
from orchestration.lib.sample.model import Account, Line, Opportunity
from orchestration.lib.sample.truth.book import DIMENSIONS, SIX_PLACES, ZERO, Book, Service
from orchestration.lib.sample.truth.journey import journey_slices
from orchestration.lib.sample.truth.revenue import History
from orchestration.lib.sample.truth.tally import Slice, Tally

SHORTEST_TERM_DAYS = 90
MATCH_DAYS = 90

FLOWS = (
    "renewals_due",
    "renewals_renewed_on_time",
    "renewals_renewed_late",
    "renewals_lost",
    "renewals_pending",
    "renewal_due_arr",
    "renewal_pending_arr",
    "renewed_arr",
    "renewal_uplift_arr",
    "renewal_downsell_arr",
    "renewal_lost_arr",
    "expansion_arr_by_driver",
    "contraction_arr_by_driver",
    "proactive_expansion_arr",
    "reactive_expansion_arr",
    "contracted_step_up_arr",
    "churned_arr_by_reason",
    "churned_customers",
    "contraction_arr_by_reason",
)


@dataclass
class Renewal:
    account: Account
    due_on: date
    lines: list[Line]
    due: Decimal
    outcome: str = ""
    renewed: Decimal = ZERO
    reason: str | None = None
    #: won, lost or open: what its deal says; blank without one.
    deal_state: str = ""


def measure(book: Book, tally: Tally) -> None:
    """All metrics on renewals, expansion parts and reasons, by month."""
    lost: dict[int, list[Renewal]] = defaultdict(list)
    for account in book.accounts:
        for renewal in renewals(book, account):
            root = book.root(account)
            slices = renewal_slices(book, renewal)
            _count(renewal, slices, tally)
            if renewal.outcome == "lost":
                lost[root.key].append(renewal)
    for root in book.roots():
        history = History(book, root)
        for place in range(len(book.months)):
            kind, amount = history.movements[place]
            if kind in ("expansion", "contraction"):
                _parts(history, place, kind, tally)
            if kind in ("churn", "contraction"):
                _loss(history, place, kind, amount, lost[root.key], tally)
    for flow in FLOWS:
        tally.fill(flow)
    tally.ratio("renewal_rate", "renewals_renewed_count", "renewals_due")
    tally.ratio("on_time_renewal_rate", "renewals_renewed_on_time", "renewals_due")
    tally.ratio("renewal_amount_rate", "renewal_kept_arr", "renewal_due_arr")
    tally.ratio("proactive_expansion_share", "proactive_expansion_arr", "worked_expansion_arr")
    tally.ratio("expansion_attributed_share", "attributed_expansion_arr", "expansion_arr_by_driver")


def renewal_slices(book: Book, renewal: Renewal) -> list[Slice]:
    """The revenue account's attributes on the due date, and its journey on the last day of service."""
    root = book.root(renewal.account)
    values = zip(DIMENSIONS, book.slices(root, min(renewal.due_on, book.as_of)), strict=True)
    return [*values, *journey_slices(book, root, min(plus(renewal.due_on, -1), book.as_of))]


def _count(renewal: Renewal, slices: list[Slice], tally: Tally) -> None:
    day = renewal.due_on
    if renewal.outcome == "pending":
        tally.count("renewals_pending", day, slices)
        tally.add("renewal_pending_arr", day, slices, renewal.due)
        return
    is_renewed = renewal.outcome != "lost"
    tally.count("renewals_due", day, slices)
    tally.count("renewals_renewed_count", day, slices, is_renewed)
    tally.count("renewals_renewed_on_time", day, slices, renewal.outcome == "on time")
    tally.count("renewals_renewed_late", day, slices, renewal.outcome == "late")
    tally.count("renewals_lost", day, slices, not is_renewed)
    tally.add("renewal_due_arr", day, slices, renewal.due)
    tally.add("renewal_kept_arr", day, slices, min(renewal.due, renewal.renewed))
    tally.add("renewed_arr", day, slices, renewal.renewed)
    tally.add("renewal_uplift_arr", day, slices, max(renewal.renewed - renewal.due, ZERO))
    tally.add("renewal_downsell_arr", day, slices, max(renewal.due - renewal.renewed, ZERO) if is_renewed else ZERO)
    tally.add("renewal_lost_arr", day, slices, ZERO if is_renewed else renewal.due)


# -- renewals


def renewals(book: Book, account: Account) -> list[Renewal]:
    """What falls due for one account, and what becomes of it."""
    ending: dict[date, list[Line]] = defaultdict(list)
    for line in book.lines(account):
        if line.ends_on is not None and not _gives_way(book, account, line):
            ending[plus(book.last_day(line), 1)].append(line)
    due = [
        Renewal(account, day, lines, sum((book.line_arr(line) for line in lines), ZERO))
        for day, lines in sorted(ending.items())
        if max(_agreed_days(line) for line in lines) >= SHORTEST_TERM_DAYS
    ]
    deals = {deal.key: one for deal in _deals(book, account) for one in [_nearest(due, _deal_day(book, deal), book)]}
    successors: dict[date, list[Line]] = defaultdict(list)
    by_deal: set[date] = set()
    for line in book.lines(account):
        found, is_by_deal = _renews(book, line, due, deals)
        if found is not None:
            successors[found.due_on].append(line)
            if is_by_deal:
                by_deal.add(found.due_on)
    for renewal in due:
        lines = [
            line
            for line in successors[renewal.due_on]
            if renewal.due_on not in by_deal or deals.get(line.opportunity.key) is renewal
        ]
        _judge(book, renewal, lines)
        of_renewal = [deal for deal in _deals(book, account) if deals[deal.key] is renewal]
        if of_renewal:
            renewal.deal_state = min(_rank(book, deal, renewal) for deal in of_renewal)[-1]
    return due


def _rank(book: Book, deal: Opportunity, renewal: Renewal) -> tuple[int, bool, int, str, str]:
    """Of several deals the first speaks: won before lost before open, one with lines before one without."""
    state = "open" if _closed(book, deal) is None else "won" if deal.is_won else "lost"
    has_lines = any(line.opportunity is deal for line in book.lines(deal.account))
    apart = abs((renewal.due_on - _deal_day(book, deal)).days)
    return ("won", "lost", "open").index(state), not has_lines, apart, f"{deal.key:06d}", state


def _agreed_days(line: Line) -> int:
    return 0 if line.ends_on is None else (line.ends_on - line.starts_on).days + 1


def _reaches(book: Book, day: date, due_on: date) -> bool:
    grace = book.company.parameters.renewal_grace_days
    return plus(due_on, -MATCH_DAYS) <= day <= plus(due_on, grace)


def _deals(book: Book, account: Account) -> list[Opportunity]:
    return [
        deal
        for deal in book.company.opportunities
        if deal.account is account and deal.type == "Renewal" and deal.created_on <= book.as_of
    ]


def _closed(book: Book, deal: Opportunity) -> date | None:
    return deal.closed_on if deal.closed_on is not None and deal.closed_on <= book.as_of else None


def _deal_day(book: Book, deal: Opportunity) -> date:
    starts = [line.starts_on for line in book.lines(deal.account) if line.opportunity is deal]
    return min(starts) if starts else _closed(book, deal) or deal.expected_close_on


def _nearest(due: list[Renewal], day: date, book: Book) -> Renewal | None:
    near = [one for one in due if _reaches(book, day, one.due_on)]
    return min(near, key=lambda one: (abs((one.due_on - day).days), one.due_on), default=None)


def _gives_way(book: Book, account: Account, line: Line) -> bool:
    """Whether another line takes over from this one without a renewal."""
    last = book.last_day(line)
    due_on = plus(last, 1)
    lines = book.lines(account)
    ends_with_it = {
        other.product for other in lines if other.ends_on is not None and plus(book.last_day(other), 1) == due_on
    }
    is_renewed = any(
        other is not line
        and other.product == line.product
        and other.starts_on > line.starts_on
        and _reaches(book, other.starts_on, due_on)
        and book.last_day(other) >= due_on
        for other in lines
    ) or any(_reaches(book, _closed(book, deal) or deal.expected_close_on, due_on) for deal in _deals(book, account))
    for other in book.company.lines:
        if other.account is not account or other is line or other.deleted_on is not None:
            continue
        if not (line.starts_on < other.starts_on and last <= other.starts_on <= due_on):
            continue
        if other.opportunity is line.opportunity and (other in lines or other.starts_on > book.as_of):
            return True
        if other not in lines or other.opportunity.type == "Renewal":
            continue
        if line.ends_on is not None and last < line.ends_on:
            return True
        if not is_renewed and other.product not in ends_with_it:
            return True
    return False


def _renews(
    book: Book, line: Line, due: list[Renewal], deals: dict[int, Renewal | None]
) -> tuple[Renewal | None, bool]:
    """The renewal that the line is, and whether its deal says so."""
    of_deal = deals.get(line.opportunity.key)
    if of_deal is not None:
        serves = of_deal.due_on <= book.last_day(line) and _reaches(book, line.starts_on, of_deal.due_on)
        return (of_deal, True) if serves else (None, False)
    if line.opportunity.type == "Expansion":
        return (None, False)
    fitting = [
        one
        for one in due
        if one.due_on <= book.last_day(line) and line.product in {ended.product for ended in one.lines}
    ]
    return (_nearest(fitting, line.starts_on, book), False)


def _judge(book: Book, renewal: Renewal, lines: list[Line]) -> None:
    grace = book.company.parameters.renewal_grace_days
    starts_on = min((line.starts_on for line in lines), default=None)
    until = starts_on or book.as_of
    first = plus(renewal.due_on, -1 - MATCH_DAYS)
    marked = [
        deal
        for deal in book.lost_renewals(renewal.account)
        if (deal.closed_on is not None and first <= deal.closed_on <= until) or first <= deal.expected_close_on <= until
    ]
    terminated = all(book.was_terminated(line) for line in renewal.lines)
    if renewal.due_on > book.as_of:
        renewal.outcome = "pending"
    elif starts_on is not None and starts_on <= renewal.due_on:
        renewal.outcome = "on time"
    elif terminated or marked:
        renewal.outcome = "lost"
    elif starts_on is not None:
        renewal.outcome = "late"
    elif (book.as_of - renewal.due_on).days < grace:
        renewal.outcome = "pending"
    else:
        renewal.outcome = "lost"
    if renewal.outcome in ("on time", "late"):
        renewal.renewed = sum((book.line_arr(line) for line in lines), ZERO)
    renewal.deal_state = "lost" if marked else ""
    if renewal.outcome == "lost":
        reasons = sorted((deal.closed_on or date.min, deal.loss_reason) for deal in marked if deal.loss_reason)
        renewal.reason = _reason(reasons[-1][1]) if reasons else None


def _reason(text: str) -> str:
    return text.replace(" ", "_")


# -- what makes ARR grow and shrink


def _held(history: History, day: date) -> dict[int, Service]:
    """The lines that count on the day, by key."""
    book = history.book
    return {
        service.line.key: service
        for member in book.family(history.root)
        for service in book.services[member.key]
        if service.covers(day) and service.arr > 0
    }


def _is_step(book: Book, line: Line) -> bool:
    return any(
        other.opportunity is line.opportunity and other.starts_on < line.starts_on for other in book.lines(line.account)
    )


def _motion(book: Book, line: Line) -> str:
    if _is_step(book, line):
        return "contracted"
    return (line.opportunity.motion if line.opportunity.type != "New Business" else None) or "unattributed"


def _follower(book: Book, line: Line, entered: list[Service]) -> Line | None:
    """The line that took over from one that left: a step of its deal, one of its product, one that starts next."""
    last = book.last_day(line)
    ranked: list[tuple[tuple[object, ...], Line]] = []
    for service in entered:
        other = service.line
        if other.account is not line.account:
            continue
        step, own_step = _is_step(book, other), other.opportunity is line.opportunity
        follows = last <= other.starts_on <= plus(last, 1)
        if step and not own_step:
            continue
        if not step and other.product != line.product and not follows:
            continue
        rank = (
            0 if step else 1,
            0 if other.product == line.product else 1,
            0 if other.opportunity.type == "Renewal" else 1,
            0 if other.starts_on <= plus(last, 1) else 1,
            -service.arr,
            other.key,
        )
        ranked.append((rank, other))
    return min(ranked)[1] if ranked else None


def _parts(history: History, place: int, kind: str, tally: Tally) -> None:
    book = history.book
    before, now = _held(history, history.end(place - 1)), _held(history, history.end(place))
    entered = [service for key, service in now.items() if key not in before]
    left = [service for key, service in before.items() if key not in now]
    changes: list[tuple[Line, Decimal, int, str, bool]] = [
        (service.line, service.arr, service.line.quantity, _motion(book, service.line), _is_step(book, service.line))
        for service in entered
    ]
    for service in left:
        follower = _follower(book, service.line, entered)
        motion = "unattributed" if follower is None else _motion(book, follower)
        step = follower is not None and _is_step(book, follower)
        changes.append((service.line, -service.arr, -service.line.quantity, motion, step))
    parts: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    grouped: dict[tuple[str, str], tuple[Decimal, int]] = {}
    for line, arr, quantity, motion, step in changes:
        if step:
            parts["contracted_step_up", "contracted"] += arr
        else:
            sum_arr, sum_quantity = grouped.get((line.product, motion), (ZERO, 0))
            grouped[line.product, motion] = (sum_arr + arr, sum_quantity + quantity)
    for (product, motion), (arr, quantity) in grouped.items():
        old = [service for service in before.values() if service.product == product]
        if not old or not any(service.product == product for service in now.values()):
            parts["product", motion] += arr
            continue
        units = sum(service.line.quantity for service in old)
        price = sum((service.arr for service in old), ZERO) / units
        seats = (price * quantity).quantize(SIX_PLACES, rounding=ROUND_HALF_UP)
        parts["seats", motion] += seats
        parts["price", motion] += arr - seats
    end, slices = history.end(place), history.slices(history.anchor(place))
    for (driver, motion), amount in parts.items():
        own: list[Slice] = [*slices, ("driver", driver), ("motion", motion)]
        if kind == "contraction":
            tally.add("contraction_arr_by_driver", end, own, -amount)
            continue
        tally.add("expansion_arr_by_driver", end, own, amount)
        tally.add("proactive_expansion_arr", end, own, amount if motion == "proactive" else ZERO)
        tally.add("reactive_expansion_arr", end, own, amount if motion == "reactive" else ZERO)
        tally.add("contracted_step_up_arr", end, own, amount if driver == "contracted_step_up" else ZERO)
        tally.add("worked_expansion_arr", end, own, amount if motion in ("proactive", "reactive") else ZERO)
        tally.add("attributed_expansion_arr", end, own, amount if motion != "unattributed" else ZERO)


# -- why ARR is lost


def _loss(history: History, place: int, kind: str, amount: Decimal, lost: list[Renewal], tally: Tally) -> None:
    book = history.book
    start, end = history.end(place - 1), history.end(place)
    here = [one for one in lost if start < one.due_on <= end and one.reason is not None]
    reason = min(here, key=lambda one: (-one.due, one.due_on)).reason if here else None
    if reason is None:
        day = _moved_on(history, start, end, kind)
        grace = book.company.parameters.renewal_grace_days
        deals = [
            (deal.closed_on, deal.key, deal.loss_reason)
            for member in book.family(history.root)
            for deal in book.lost_renewals(member)
            if deal.closed_on is not None and deal.loss_reason and plus(day, -90) <= deal.closed_on <= plus(day, grace)
        ]
        reason = _reason(max(deals)[2]) if deals else "unknown"
    own: list[Slice] = [*history.slices(history.anchor(place)), ("churn_reason", reason)]
    if kind == "churn":
        tally.add("churned_arr_by_reason", end, own, amount)
        tally.count("churned_customers", end, own)
    else:
        tally.add("contraction_arr_by_reason", end, own, amount)


def _moved_on(history: History, start: date, end: date, kind: str) -> date:
    """Day of the movement: the first day without service, else the last day on which a line began or ended."""
    book = history.book
    if kind == "churn":
        day = plus(start, 1)
        while book.arr(history.root, day) > 0:
            day = plus(day, 1)
        return day
    days = [
        day
        for member in book.family(history.root)
        for service in book.services[member.key]
        for day in (service.first, service.last if service.last == date.max else plus(service.last, 1))
        if start < day <= end
    ]
    return max(days)
