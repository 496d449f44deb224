"""Books built so that the answer is known: when a difference is evidence, and when there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from itertools import product

import numpy as np
import pytest

from orchestration.lib.comparison.compare import (
    NO_EVIDENCE,
    Books,
    Comparison,
    Period,
    Rules,
    Sums,
    Window,
    compare_books,
)
from orchestration.lib.comparison.resample import Array, interval, pooled

FOREVER = (date(1900, 1, 1), date(9999, 12, 31))
LAST_CLOSED = date(2024, 6, 30)
SWITCHED_ON = date(2022, 5, 2)
BEFORE = Window(date(2021, 4, 30), date(2022, 4, 30))
AFTER = (Window(date(2022, 5, 31), date(2023, 5, 31)), Window(date(2023, 5, 31), date(2024, 5, 31)))


def steady(book: str, model: str) -> list[Period]:
    return [Period(book, *FOREVER, model)]


def switching(book: str, on: date = SWITCHED_ON) -> list[Period]:
    """Conflated until the day, separated from it on."""
    eve = date.fromordinal(on.toordinal() - 1)
    return [Period(book, FOREVER[0], eve, "conflated"), Period(book, on, FOREVER[1], "separated")]


def levels(values: Mapping[str, float], base: float = 100.0) -> Callable[[str, Window], Sums]:
    """The same ratio in every window, over a base of so many, in one account per book."""
    return lambda book, window: Sums(values[book] * base, base, frozenset({f"account of {book}"}))


def found(comparisons: list[Comparison], name: str) -> Comparison:
    return next(one for one in comparisons if one.comparison == name)


def cross_section(conflated: list[float], separated: list[float], rules: Rules | None = None) -> Comparison:
    values = {f"c{place}": value for place, value in enumerate(conflated)}
    values |= {f"s{place}": value for place, value in enumerate(separated)}
    periods = [
        period for book in values for period in steady(book, "conflated" if book.startswith("c") else "separated")
    ]
    comparisons = compare_books(Books(periods), {"nrr": levels(values)}, LAST_CLOSED, rules)
    return found(comparisons, "separated_against_conflated")


def test_a_difference_that_no_draw_can_undo() -> None:
    result = cross_section([1.0] * 6, [1.2] * 7)
    assert (result.arm_a, result.arm_b) == ("conflated", "separated")
    assert (result.books_a, result.books_b, result.accounts_a, result.accounts_b) == (6, 7, 6, 7)
    assert result.difference == pytest.approx(0.2)
    assert (result.low, result.high) == (pytest.approx(0.2), pytest.approx(0.2))
    assert (result.verdict, result.confidence) == ("higher", 0.95)
    assert cross_section([1.2] * 6, [1.0] * 7).verdict == "lower"


def test_books_that_differ_as_much_among_themselves_are_no_evidence() -> None:
    result = cross_section([0.8, 0.9, 1.0, 1.1, 1.2, 1.3], [0.85, 0.95, 1.05, 1.15, 1.2, 1.3])
    assert result.difference is not None
    assert result.low is not None
    assert result.high is not None
    assert result.low < 0 < result.difference < result.high
    assert (result.verdict, result.reason) == (NO_EVIDENCE, "the 95 % interval of the difference spans zero")


def test_fewer_than_five_books_are_no_evidence_however_far_apart() -> None:
    result = cross_section([1.0] * 9, [9.0] * 4)
    assert result.difference == pytest.approx(8.0)
    assert (result.low, result.high, result.verdict) == (None, None, NO_EVIDENCE)
    assert result.reason == "fewer than 5 books in an arm: 9 conflated, 4 separated"
    assert cross_section([1.0] * 9, [9.0] * 4, Rules(minimum_books=4)).verdict == "higher"
    nobody = cross_section([1.0] * 9, [])
    assert (nobody.difference, nobody.value_b, nobody.verdict) == (None, None, NO_EVIDENCE)


def test_a_book_without_a_base_is_no_book() -> None:
    books = [f"s{place}" for place in range(6)] + [f"c{place}" for place in range(6)]
    periods = [period for book in books for period in steady(book, "separated" if book[0] == "s" else "conflated")]

    def measure(book: str, window: Window) -> Sums:
        return Sums() if book in ("s0", "s1") else Sums(1.0, 1.0, frozenset({book}))

    result = found(compare_books(Books(periods), {"nrr": measure}, LAST_CLOSED), "separated_against_conflated")
    assert (result.books_a, result.books_b) == (6, 4)
    assert result.verdict == NO_EVIDENCE


def test_the_interval_is_that_of_all_possible_draws_of_books() -> None:
    """Against every one of the 5^5 ways to draw five books, enumerated. Accounts are never drawn: a book of forty
    accounts moves as one."""
    sums = np.array([[[90.0, 100.0]], [[210.0, 200.0]], [[40.0, 50.0]], [[330.0, 300.0]], [[70.0, 80.0]]])
    zero = np.array([[[0.0, 1.0]]] * 5)

    def difference(a: Array, b: Array) -> Array:
        return pooled(b[..., 0, :]) - pooled(a[..., 0, :])

    drawn = interval([zero, sums], difference, 90, (1, 2))
    every = [pooled(sums[list(draw)].sum(axis=0)[0]).item() for draw in product(range(5), repeat=5)]
    assert drawn == pytest.approx(tuple(np.percentile(every, [5, 95])), abs=0.012)
    assert interval([zero, sums], difference, 90, (1, 2)) == drawn
    assert interval([zero, sums * [1.0, 0.0]], difference, 90, (1, 2)) is None


def test_a_switch_is_judged_over_full_windows_only() -> None:
    assert Books(switching("b")).switches(LAST_CLOSED)["b"].before == BEFORE
    assert Books(switching("b")).switches(LAST_CLOSED)["b"].after == AFTER
    assert Books(switching("b")).switches(date(2024, 4, 30))["b"].after == AFTER[:1]
    assert Books(switching("b")).switches(date(2023, 4, 30)) == {}
    on_the_first = Books(switching("b", date(2022, 5, 1))).switches(date(2023, 4, 30))["b"]
    assert (on_the_first.before.end, on_the_first.after[0].start) == (date(2022, 4, 30), date(2022, 4, 30))
    late = [Period("b", date(2021, 5, 2), date(2022, 5, 1), "conflated"), *switching("b")[1:]]
    assert Books(late).switches(LAST_CLOSED) == {}
    back = [*switching("b")[:1], Period("b", SWITCHED_ON, date(2023, 5, 30), "separated")]
    assert Books([*back, Period("b", date(2023, 5, 31), FOREVER[1], "conflated")]).switches(LAST_CLOSED) == {}


def test_a_stretch_without_hours_does_not_hide_a_switch() -> None:
    periods = [
        Period("b", FOREVER[0], date(2022, 3, 20), "conflated"),
        Period("b", date(2022, 3, 21), date(2022, 5, 1), "unknown"),
        Period("b", SWITCHED_ON, FOREVER[1], "separated"),
    ]
    occasion = Books(periods).switches(LAST_CLOSED)["b"]
    assert (occasion.before.end, occasion.after[0].start) == (date(2022, 2, 28), date(2022, 5, 31))


def test_origin_does_not_cut_a_period() -> None:
    """What was inferred and is stated from a day on is one stretch."""
    periods = [
        Period("b", FOREVER[0], date(2024, 1, 31), "separated"),
        Period("b", date(2024, 2, 1), FOREVER[1], "separated"),
    ]
    assert Books(periods).throughout("separated", date(2023, 7, 1), LAST_CLOSED) == ["b"]


def test_after_against_before_takes_all_full_windows_after() -> None:
    books = [f"b{place}" for place in range(5)]
    base = {BEFORE: 100.0, AFTER[0]: 100.0, AFTER[1]: 300.0}
    rate = {BEFORE: 0.9, AFTER[0]: 1.0, AFTER[1]: 1.2}
    asked = set()

    def measure(book: str, window: Window) -> Sums:
        asked.add(window)
        if window not in base:
            return Sums()
        return Sums(base[window] * rate[window], base[window], frozenset({f"{book}-{window.end}"}))

    periods = [period for book in books for period in switching(book)]
    comparisons = compare_books(Books(periods), {"nrr": measure}, LAST_CLOSED)
    result = found(comparisons, "after_against_before")
    assert (result.value_a, result.value_b) == (pytest.approx(0.9), pytest.approx((100 + 360) / 400))
    assert (result.books_a, result.books_b, result.accounts_a, result.accounts_b) == (5, 5, 5, 10)
    assert result.verdict == "higher"
    against = found(comparisons, "switched_against_unchanged")
    assert (against.books_a, against.books_b, against.verdict) == (0, 5, NO_EVIDENCE)
    assert asked == {BEFORE, *AFTER, Window(date(2023, 6, 30), LAST_CLOSED)}


def test_what_rises_everywhere_is_not_the_switch() -> None:
    """Books that switched went from 1.0 to 1.3, those that did not from 1.0 to 1.1: the switch is worth 0.2; and
    nothing when both rose alike."""

    def measure_of(after: Mapping[str, float]) -> Callable[[str, Window], Sums]:
        def measure(book: str, window: Window) -> Sums:
            return Sums(100.0 if window == BEFORE else 100.0 * after[book], 100.0, frozenset({book}))

        return measure

    switched, unchanged = [f"s{place}" for place in range(6)], [f"u{place}" for place in range(8)]
    periods = [period for book in switched for period in switching(book)]
    periods += [period for book in unchanged for period in steady(book, "conflated")]
    after = dict.fromkeys(switched, 1.3) | dict.fromkeys(unchanged, 1.1)
    result = found(compare_books(Books(periods), {"nrr": measure_of(after)}, LAST_CLOSED), "switched_against_unchanged")
    assert (result.arm_a, result.arm_b, result.books_a, result.books_b) == ("unchanged", "switched", 8, 6)
    assert (result.value_a, result.value_b) == (pytest.approx(0.1), pytest.approx(0.3))
    assert result.difference == pytest.approx(0.2)
    assert result.verdict == "higher"
    alike = {book: 1.1 + 0.02 * (place % 5 - 2) for place, book in enumerate([*switched, *unchanged])}
    result = found(compare_books(Books(periods), {"nrr": measure_of(alike)}, LAST_CLOSED), "switched_against_unchanged")
    assert result.verdict == NO_EVIDENCE


def test_unchanged_books_are_looked_at_over_the_windows_of_each_switch() -> None:
    """Two of three books switched a year after the other: the unchanged book's windows weigh two to one."""
    later = date(2023, 5, 1)
    periods = [*switching("a"), *switching("b", later), *switching("c", later), *steady("u", "conflated")]

    def measure(book: str, window: Window) -> Sums:
        return Sums(window.end.year - 2000.0, 1.0, frozenset({book}))

    result = found(compare_books(Books(periods), {"nrr": measure}, LAST_CLOSED), "switched_against_unchanged")
    before = (22.0 + 2 * 23.0) / 3
    after = ((23.0 + 24.0) + 2 * 24.0) / 4
    assert result.value_a == pytest.approx(after - before)
    assert (result.books_a, result.books_b) == (1, 3)


def test_every_comparison_is_there_and_says_why_it_says_nothing() -> None:
    nothing = compare_books(Books([]), {"nrr": levels({}), "answers": levels({})}, LAST_CLOSED)
    assert [(one.comparison, one.outcome) for one in nothing] == [
        (comparison, outcome)
        for comparison in ("separated_against_conflated", "after_against_before", "switched_against_unchanged")
        for outcome in ("nrr", "answers")
    ]
    assert {one.verdict for one in nothing} == {NO_EVIDENCE}
    assert {one.reason for one in nothing} == {
        "no book's operating model is known: no CSM logged implementation or success hours, and policy states none"
    }
    books = Books([period for place in range(6) for period in switching(f"b{place}")])
    blind = compare_books(
        books, {"nrr": levels({f"b{place}": 1.0 for place in range(6)})}, LAST_CLOSED, None, {"nrr": ["meetings"]}
    )
    assert {(one.verdict, one.reason, one.books_b) for one in blind} == {(NO_EVIDENCE, "not connected: meetings", 0)}


def test_the_order_of_books_does_not_matter() -> None:
    values = {f"{kind}{place}": 1 + 0.05 * place for kind in "cs" for place in range(7)}
    periods = [period for book in values for period in steady(book, "conflated" if book[0] == "c" else "separated")]
    first = compare_books(Books(periods), {"nrr": levels(values)}, LAST_CLOSED)
    assert compare_books(Books(periods[::-1]), {"nrr": levels(values)}, LAST_CLOSED) == first
