"""A company whose books are made so that the answer is known, from time sheets and contracts to the verdict.

The truth is what was decided for each book, resampled here with numpy: nothing is shared with the comparison but the
definitions of its windows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

import numpy as np
import pytest

from orchestration.lib.comparison.compare import NO_EVIDENCE, Comparison
from orchestration.lib.comparison.history import operating_model_comparison
from orchestration.lib.comparison.outcomes import MARTS
from orchestration.lib.dbt.compiled_models import CompiledModels, keep_compiled_models
from orchestration.lib.replay import Replay
from orchestration.lib.replay.sources import raw_sources
from tests.conftest import Company as Published
from tests.dbt.company import Company, Row

STARTS = date(2021, 1, 4)
SWITCH = date(2022, 7, 4)
#: Five weeks later the thirteen weeks behind no longer hold more implementation than success: 61 of 130 hours.
SEPARATED_FROM = SWITCH + timedelta(weeks=5)
AS_OF = date(2024, 6, 30)
BEFORE = (date(2021, 7, 31), date(2022, 7, 31))
AFTER = (date(2022, 8, 31), date(2023, 8, 31))
LATEST = (date(2023, 6, 30), AS_OF)

CONFLATED = [f"conflated{number}@vendor.example" for number in range(7)]
SWITCHED = [f"switched{number}@vendor.example" for number in range(6)]
ACCOUNTS_PER_BOOK = 5


@dataclass(frozen=True)
class Term:
    """A year of one account."""

    book: str
    account: str
    start: date
    arr: int

    @property
    def last(self) -> date:
        return self.start.replace(year=self.start.year + 1) - timedelta(days=1)


def decided(seed: int, effect: float) -> list[Term]:
    """Every account renews once a year, by chance for more or less, and for so much more once its book is separated."""
    random = Random(seed)
    terms = []
    for book in (*CONFLATED, *SWITCHED):
        for number in range(ACCOUNTS_PER_BOOK):
            start, arr = date(2021, random.randint(1, 7), 1), random.randint(20, 80) * 1000
            while start <= AS_OF:
                terms.append(Term(book, f"{book.split('@')[0]}-{number}", start, arr))
                start = start.replace(year=start.year + 1)
                grown = effect if book in SWITCHED and start >= SEPARATED_FROM else 0.0
                arr = round(arr * (1 + grown + random.gauss(0, 0.12)))
    return terms


def company_of(terms: list[Term]) -> Company:
    books = {term.account: term.book for term in terms}
    accounts: list[Row] = [
        {"account_id": account, "account_name": account, "segment": "hybrid", "csm_email": book}
        for account, book in books.items()
    ]
    people: list[Row] = [
        {"email": book, "full_name": book.split("@")[0], "function": "success"} for book in (*CONFLATED, *SWITCHED)
    ]
    hours: list[Row] = []
    for book in (*CONFLATED, *SWITCHED):
        monday = STARTS
        while monday <= AS_OF:
            implementation = 1 if book in SWITCHED and monday >= SWITCH else 7
            for activity, spent in (("Configuration", implementation), ("QBR", 10 - implementation)):
                hours.append(
                    {
                        "time_entry_id": f"{book}-{monday}-{activity}",
                        "person_email": book,
                        "spent_on": monday,
                        "hours": spent,
                        "activity": activity,
                    }
                )
            monday += timedelta(weeks=1)
    lines: list[Row] = [
        {
            "subscription_id": f"{term.account}-{term.start}",
            "account_id": term.account,
            "product": "Core",
            "start_date": term.start,
            "end_date": term.last,
            "arr": term.arr,
        }
        for term in terms
    ]
    activities: list[Row] = [
        {"activity": "Configuration", "category": "implementation"},
        {"activity": "QBR", "category": "success"},
    ]
    return Company(
        as_of=AS_OF,
        objects={"accounts": accounts, "people": people, "time_entries": hours, "subscriptions": lines},
        policy={"activities": activities},
    )


def sums(terms: list[Term], books: list[str], window: tuple[date, date]) -> np.ndarray:
    """(books, 2): ARR at the window's end and at its start, of accounts that had some at its start."""

    def at(book: str, day: date) -> int:
        return sum(term.arr for term in terms if term.book == book and term.start <= day <= term.last)

    return np.array([[at(book, window[1]), at(book, window[0])] for book in books], dtype=float)


def bootstrap(arms: list[np.ndarray], *, paired: bool) -> tuple[float, float, float]:
    """Difference of the arms' NRR and its 95 % interval, drawing whole books. An arm is (books, 2), or (books, 4) for
    a change: after, then before."""
    random = np.random.default_rng(20240630)

    def nrr(drawn: np.ndarray) -> float:
        total = drawn.sum(axis=0)
        return total[0] / total[1] - (total[2] / total[3] if len(total) == 4 else 0)

    found = []
    for _ in range(6000):
        first = random.integers(0, len(arms[0]), len(arms[0]))
        second = first if paired else random.integers(0, len(arms[1]), len(arms[1]))
        found.append(nrr(arms[1][second]) - nrr(arms[0][first]))
    low, high = np.quantile(found, [0.025, 0.975])
    return nrr(arms[1]) - nrr(arms[0]), float(low), float(high)


def truth(terms: list[Term]) -> dict[str, tuple[float, float, float]]:
    """Each comparison's difference in NRR and its interval."""
    before, after = sums(terms, SWITCHED, BEFORE), sums(terms, SWITCHED, AFTER)
    unchanged = np.hstack([sums(terms, CONFLATED, AFTER), sums(terms, CONFLATED, BEFORE)])
    return {
        "separated_against_conflated": bootstrap(
            [sums(terms, CONFLATED, LATEST), sums(terms, SWITCHED, LATEST)], paired=False
        ),
        "after_against_before": bootstrap([before, after], paired=True),
        "switched_against_unchanged": bootstrap([unchanged, np.hstack([after, before])], paired=False),
    }


@pytest.fixture(scope="module")
def models(generated: Published, tmp_path_factory: pytest.TempPathFactory) -> CompiledModels:
    folder = tmp_path_factory.mktemp("models")
    assert keep_compiled_models(generated.home / "dbt" / "target" / "manifest.json", folder)
    return CompiledModels.read(folder)


@pytest.fixture(scope="module", params=[(3, 0.3), (3, 0.0)], ids=["effect", "no_effect"])
def judged(
    request: pytest.FixtureRequest, models: CompiledModels, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[list[Term], dict[tuple[str, str], Comparison], bool]]:
    seed, effect = request.param
    terms = decided(seed, effect)
    home: Path = tmp_path_factory.mktemp("books")
    company_of(terms).write(home)
    with Replay(models, raw_sources(home, home / "next"), copy_rows=True) as replay:
        replay.connection.execute("set threads = 1")
        replay.make([*MARTS, "audit_source_status", "stg_build__parameters"])
        found = operating_model_comparison(replay.connection)
    yield terms, {(one.comparison, one.outcome): one for one in found}, effect > 0


def test_the_difference_and_its_interval_are_those_of_the_books(
    judged: tuple[list[Term], dict[tuple[str, str], Comparison], bool],
) -> None:
    terms, found, _ = judged
    for comparison, (difference, low, high) in truth(terms).items():
        result = found[comparison, "nrr"]
        assert result.difference == pytest.approx(difference, abs=1e-9), comparison
        assert (result.low, result.high) == (pytest.approx(low, abs=0.01), pytest.approx(high, abs=0.01)), comparison


def test_a_planted_effect_is_found_and_chance_is_not(
    judged: tuple[list[Term], dict[tuple[str, str], Comparison], bool],
) -> None:
    _, found, is_planted = judged
    nrr = [one for (_, outcome), one in found.items() if outcome == "nrr"]
    assert [(one.books_a, one.books_b) for one in nrr] == [(7, 6), (6, 6), (7, 6)]
    assert {one.verdict for one in nrr} == {"higher" if is_planted else NO_EVIDENCE}
    if not is_planted:
        assert {one.reason for one in nrr} == {"the 95 % interval of the difference spans zero"}


def test_what_no_source_tells_is_no_evidence(
    judged: tuple[list[Term], dict[tuple[str, str], Comparison], bool],
) -> None:
    _, found, _ = judged
    others = {(outcome, one.verdict, one.reason) for (_, outcome), one in found.items() if outcome != "nrr"}
    assert others == {
        ("proactive_expansion_share", NO_EVIDENCE, "not connected: opportunities"),
        ("warning_response_24h_rate", NO_EVIDENCE, "not connected: meetings"),
    }
