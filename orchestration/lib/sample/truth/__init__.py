"""The right answers, worked out from what the simulator decided: plain Python, exact numbers, no warehouse."""

from __future__ import annotations

from collections.abc import Callable

from orchestration.lib.sample.model import Company
from orchestration.lib.sample.truth import (
    advocacy,
    capacity,
    customers,
    handoffs,
    health,
    hours,
    onboarding,
    onboarding_results,
    renewal_forecast,
    renewals,
    revenue,
    warnings,
)
from orchestration.lib.sample.truth.book import Book
from orchestration.lib.sample.truth.tally import Answer, Tally

__all__ = ["Answer", "answers"]

Progress = Callable[[str], None]

PARTS = (
    ("revenue", revenue.measure),
    ("renewals and expansion", renewals.measure),
    ("time to value", onboarding.measure),
    ("onboarding results", onboarding_results.measure),
    ("hours", hours.measure),
    ("capacity", capacity.measure),
    ("handoffs", handoffs.measure),
    ("feedback, references and success plans", advocacy.measure),
    ("customers", customers.measure),
    ("health", health.measure),
    ("renewal forecast", renewal_forecast.measure),
    ("warnings", warnings.measure),
)


def answers(company: Company, on_progress: Progress | None = None) -> list[Answer]:
    """Every metric of the company by month, in total and by each dimension, in order of metric, time and slice."""
    report = on_progress or (lambda message: None)
    book = Book(company)
    tally = Tally(book.months)
    for name, part in PARTS:
        report(f"answers on {name}")
        part(book, tally)
    return tally.answers()
