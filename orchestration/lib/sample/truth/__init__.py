"""The right answers, worked out from what the simulator decided: plain Python, exact numbers, no warehouse."""

from __future__ import annotations

from collections.abc import Callable

from orchestration.lib.sample.model import Company
from orchestration.lib.sample.truth import hours, onboarding, revenue
from orchestration.lib.sample.truth.book import Book
from orchestration.lib.sample.truth.tally import Answer, Tally

__all__ = ["Answer", "answers"]

Progress = Callable[[str, int, int], None]


def answers(company: Company, on_progress: Progress | None = None) -> list[Answer]:
    """Every metric of the company by month, in total and by each dimension, in order of metric, time and slice."""
    report = on_progress or (lambda step, done, total: None)
    book = Book(company)
    tally = Tally(book.months)
    for done, part in enumerate((revenue.measure, onboarding.measure, hours.measure)):
        report("truth", done, 3)
        part(book, tally)
    report("truth", 3, 3)
    return tally.answers()
