"""Three comparisons of books by operating model, and when they must say that there is no evidence."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from orchestration.lib.comparison.resample import Array, interval, pooled

CONFLATED, SEPARATED = "conflated", "separated"
NO_EVIDENCE = "no evidence"


@dataclass(frozen=True)
class Comparison:
    """One outcome in two arms; ``difference`` is arm b less arm a, null where an arm holds nothing.

    ``low`` and ``high`` bound it at ``confidence`` (a fraction); null with fewer books than policy wants. ``verdict``
    is ``higher`` or ``lower`` (arm b against arm a) or ``no evidence``, with the reason in words.
    """

    comparison: str
    outcome: str
    arm_a: str
    arm_b: str
    books_a: int
    books_b: int
    accounts_a: int
    accounts_b: int
    value_a: float | None
    value_b: float | None
    difference: float | None
    low: float | None
    high: float | None
    confidence: float
    verdict: str
    reason: str

    def row(self) -> tuple[object, ...]:
        """Values in the order of ``outcomes.COLUMNS``."""
        return astuple(self)


@dataclass(frozen=True)
class Period:
    """One operating model of one book, both days included."""

    book: str
    first: date
    last: date
    model: str


@dataclass(frozen=True)
class Window:
    """Twelve months: the day before them and their last day, both month-ends."""

    start: date
    end: date


@dataclass(frozen=True)
class Sums:
    """What a book has of an outcome in a window."""

    numerator: float = 0.0
    denominator: float = 0.0
    accounts: frozenset[str] = frozenset()

    def plus(self, other: Sums, weight: float = 1.0) -> Sums:
        return Sums(
            self.numerator + weight * other.numerator,
            self.denominator + weight * other.denominator,
            self.accounts | other.accounts,
        )


#: The sums of a book in a window.
Measure = Callable[[str, Window], Sums]


@dataclass(frozen=True)
class Occasion:
    """A switch as far as it can be judged: the full window before it, and all full windows after it."""

    before: Window
    after: tuple[Window, ...]


def month_end_on_or_after(day: date) -> date:
    following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return following - timedelta(days=1)


def month_end_on_or_before(day: date) -> date:
    return (day + timedelta(days=1)).replace(day=1) - timedelta(days=1)


def a_year_after(month_end: date) -> date:
    return month_end_on_or_after(month_end.replace(year=month_end.year + 1, day=1))


def a_year_before(month_end: date) -> date:
    return month_end_on_or_after(month_end.replace(year=month_end.year - 1, day=1))


class Books:
    """Operating models of all books over time."""

    def __init__(self, periods: Iterable[Period]) -> None:
        self._periods: dict[str, list[Period]] = {}
        for period in sorted(periods, key=lambda one: (one.book, one.first)):
            known = self._periods.setdefault(period.book, [])
            if known and known[-1].model == period.model and known[-1].last + timedelta(days=1) == period.first:
                period = Period(period.book, known.pop().first, period.last, period.model)
            known.append(period)

    def is_known(self) -> bool:
        """Whether any book's operating model is known on any day."""
        return any(one.model in (CONFLATED, SEPARATED) for periods in self._periods.values() for one in periods)

    def throughout(self, model: str, first: date, last: date) -> list[str]:
        """Books with that model on every day from first to last."""
        return [
            book
            for book, periods in sorted(self._periods.items())
            if any(one.model == model and one.first <= first and last <= one.last for one in periods)
        ]

    def switches(self, last_closed: date) -> dict[str, Occasion]:
        """Books that were conflated for a full window, became separated, and stayed so for a full window at least."""
        found = {}
        for book, periods in sorted(self._periods.items()):
            known = [one for one in periods if one.model in (CONFLATED, SEPARATED)]
            for earlier, later in pairwise(known):
                if (earlier.model, later.model) == (CONFLATED, SEPARATED):
                    occasion = self._occasion(earlier, later, last_closed)
                    if occasion is not None:
                        found[book] = occasion
                    break
        return found

    @staticmethod
    def _occasion(earlier: Period, later: Period, last_closed: date) -> Occasion | None:
        end = month_end_on_or_before(earlier.last)
        before = Window(a_year_before(end), end)
        start = month_end_on_or_after(later.first - timedelta(days=1))
        after: list[Window] = []
        while a_year_after(start) <= min(later.last, last_closed):
            after.append(Window(start, a_year_after(start)))
            start = after[-1].end
        if not after or before.start + timedelta(days=1) < earlier.first:
            return None
        return Occasion(before, tuple(after))


@dataclass(frozen=True)
class Rules:
    """Policy: fewest books per arm, and the confidence of the interval in percent."""

    minimum_books: int = 5
    confidence_percent: int = 95


def compare_books(
    books: Books,
    measures: Mapping[str, Measure],
    last_closed: date,
    rules: Rules | None = None,
    missing: Mapping[str, Sequence[str]] | None = None,
) -> list[Comparison]:
    """Every outcome in every comparison, in a fixed order. ``missing``: sources without which an outcome is unknown.

    `separated_against_conflated`: over the last twelve closed months, books with one model throughout.
    `after_against_before`: books that switched, the full windows after against the full window before.
    `switched_against_unchanged`: the change of books that switched against the change, over the same windows, of books
    that stayed conflated.
    """
    found = []
    for outcome, measure in measures.items():
        lacking = (missing or {}).get(outcome, ())
        known = _unknown if lacking else measure
        of_outcome = [
            _cross_section(books, outcome, known, last_closed, rules or Rules()),
            *_switches(books, outcome, known, last_closed, rules or Rules()),
        ]
        if lacking:
            of_outcome = [replace(one, reason=f"not connected: {', '.join(lacking)}") for one in of_outcome]
        found += of_outcome
    return sorted(found, key=lambda one: (_ORDER.index(one.comparison), list(measures).index(one.outcome)))


_ORDER = ("separated_against_conflated", "after_against_before", "switched_against_unchanged")


def _unknown(book: str, window: Window) -> Sums:
    """The sums of an outcome whose source is not connected."""
    return Sums()


def _cross_section(books: Books, outcome: str, measure: Measure, last_closed: date, rules: Rules) -> Comparison:
    window = Window(a_year_before(last_closed), last_closed)
    arms = []
    for model in (CONFLATED, SEPARATED):
        members = books.throughout(model, window.start + timedelta(days=1), window.end)
        arms.append([(sums,) for sums in (measure(book, window) for book in members) if sums.denominator != 0])
    return _judge(_ORDER[0], outcome, (CONFLATED, SEPARATED), arms[0], arms[1], books, rules, _levels)


def _switches(
    books: Books, outcome: str, measure: Measure, last_closed: date, rules: Rules
) -> tuple[Comparison, Comparison]:
    occasions = books.switches(last_closed)
    switched = []
    for book, occasion in occasions.items():
        pair = _pair(measure, book, occasion)
        if all(sums.denominator != 0 for sums in pair):
            switched.append(pair)
    weights: dict[Occasion, int] = {}
    for occasion in occasions.values():
        weights[occasion] = weights.get(occasion, 0) + 1
    unchanged: dict[str, tuple[Sums, Sums]] = {}
    for occasion, weight in weights.items():
        first, last = occasion.before.start + timedelta(days=1), occasion.after[-1].end
        for book in books.throughout(CONFLATED, first, last):
            before, after = _pair(measure, book, occasion)
            if before.denominator != 0 and after.denominator != 0:
                so_far = unchanged.get(book, (Sums(), Sums()))
                unchanged[book] = (so_far[0].plus(before, weight), so_far[1].plus(after, weight))
    before_after = _judge(
        _ORDER[1],
        outcome,
        ("before", "after"),
        [(before,) for before, _ in switched],
        [(after,) for _, after in switched],
        books,
        rules,
        _levels,
        paired=True,
    )
    against_unchanged = _judge(
        _ORDER[2],
        outcome,
        ("unchanged", "switched"),
        list(unchanged.values()),
        switched,
        books,
        rules,
        _changes,
    )
    return before_after, against_unchanged


def _pair(measure: Measure, book: str, occasion: Occasion) -> tuple[Sums, Sums]:
    after = Sums()
    for window in occasion.after:
        after = after.plus(measure(book, window))
    return measure(book, occasion.before), after


def _levels(sums: Array) -> Array:
    """(…, 1, 2) sums -> the outcome."""
    return pooled(sums[..., 0, :])


def _changes(sums: Array) -> Array:
    """(…, 2, 2) sums before and after -> the change of the outcome."""
    return pooled(sums[..., 1, :]) - pooled(sums[..., 0, :])


def _judge(
    comparison: str,
    outcome: str,
    names: tuple[str, str],
    arm_a: Sequence[tuple[Sums, ...]],
    arm_b: Sequence[tuple[Sums, ...]],
    books: Books,
    rules: Rules,
    value: Callable[[Array], Array],
    *,
    paired: bool = False,
) -> Comparison:
    """Compare the pooled outcome of two arms. ``paired``: the same books in both, in the same order."""
    sums_a, sums_b = _array(arm_a), _array(arm_b)
    value_a = float(value(sums_a.sum(axis=0))) if arm_a else None
    value_b = float(value(sums_b.sum(axis=0))) if arm_b else None
    difference = None if value_a is None or value_b is None else value_b - value_a
    bounds = None
    if not books.is_known():
        verdict = NO_EVIDENCE
        reason = (
            "no book's operating model is known: no CSM logged implementation or success hours, and policy states none"
        )
    elif difference is None or min(len(arm_a), len(arm_b)) < rules.minimum_books:
        verdict = NO_EVIDENCE
        reason = f"fewer than {rules.minimum_books} books in an arm: {len(arm_a)} {names[0]}, {len(arm_b)} {names[1]}"
    else:
        seed = (zlib.crc32(comparison.encode()), zlib.crc32(outcome.encode()))
        if paired:
            both = np.stack([sums_a, sums_b], axis=1)
            bounds = interval(
                [both], lambda drawn: value(drawn[:, 1]) - value(drawn[:, 0]), rules.confidence_percent, seed
            )
        else:
            bounds = interval([sums_a, sums_b], lambda a, b: value(b) - value(a), rules.confidence_percent, seed)
        verdict, reason = _verdict(bounds, rules)
    return Comparison(
        comparison,
        outcome,
        *names,
        len(arm_a),
        len(arm_b),
        _accounts(arm_a),
        _accounts(arm_b),
        value_a,
        value_b,
        difference,
        None if bounds is None else bounds[0],
        None if bounds is None else bounds[1],
        rules.confidence_percent / 100,
        verdict,
        reason,
    )


def _verdict(bounds: tuple[float, float] | None, rules: Rules) -> tuple[str, str]:
    if bounds is None or bounds[0] <= 0 <= bounds[1]:
        return NO_EVIDENCE, f"the {rules.confidence_percent} % interval of the difference spans zero"
    return (
        "higher" if bounds[0] > 0 else "lower",
        f"the {rules.confidence_percent} % interval of the difference leaves out zero",
    )


def _array(arm: Sequence[tuple[Sums, ...]]) -> Array:
    """(books, sums of a book, 2)."""
    return np.array([[(one.numerator, one.denominator) for one in sums] for sums in arm], dtype=np.float64)


def _accounts(arm: Sequence[tuple[Sums, ...]]) -> int:
    return len(frozenset().union(*(one.accounts for sums in arm for one in sums)))
