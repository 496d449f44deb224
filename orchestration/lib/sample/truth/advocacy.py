"""Feedback with the ARR behind it, references at month-ends, success plans and their outcomes."""

from __future__ import annotations

from datetime import date

from orchestration.lib.sample.days import plus, plus_months
from orchestration.lib.sample.model import Account, Outcome
from orchestration.lib.sample.truth.book import DIMENSIONS, Book
from orchestration.lib.sample.truth.tally import Slice, Tally

FEEDBACK_MONTHS = 12
PLANNED_SEGMENT = "high_touch"


def measure(book: Book, tally: Tally) -> None:
    """All metrics of the family, by month. Of what the company never recorded nothing is known, not even a zero."""
    if any(one.received_on <= book.as_of for one in book.company.feedback):
        _feedback(book, tally)
    if any(one.since_on <= book.as_of for one in book.company.references):
        _references(book, tally)
    if any(one.agreed_on <= book.as_of for one in book.company.outcomes):
        _coverage(book, tally)
        _outcomes(book, tally)


def _slices(book: Book, account: Account, day: date) -> list[Slice]:
    return list(zip(DIMENSIONS, book.slices(account, day), strict=True))


def _feedback(book: Book, tally: Tally) -> None:
    seen = [one for one in book.company.feedback if one.received_on <= book.as_of]
    for one in seen:
        slices = _slices(book, one.account, one.received_on)
        slices += [("product_area", one.product_area), ("sentiment", one.sentiment or "unknown")]
        tally.count("feedback_items", one.received_on, slices)
    for end in book.months:
        after = plus(plus_months(end.replace(day=1), 1 - FEEDBACK_MONTHS), -1)
        behind = {(book.root(one.account), one.product_area) for one in seen if after < one.received_on <= end}
        for root, area in behind:
            arr = book.arr(root, end)
            if arr > 0:
                slices = [*_slices(book, root, end), ("product_area", area)]
                tally.add("feedback_arr", end, slices, arr)
                tally.count("feedback_customers", end, slices)
    for metric in ("feedback_items", "feedback_arr", "feedback_customers"):
        tally.fill(metric)


def _references(book: Book, tally: Tally) -> None:
    for end in book.months:
        for one in book.company.references:
            if one.since_on <= end and (one.ended_on is None or one.ended_on >= end):
                slices = [*_slices(book, one.account, end), ("reference_kind", one.kind or "unknown")]
                for stage in ("active", "willing", "candidate"):
                    tally.count(f"{stage}_references", end, slices, one.stage == stage)
                for kind in ("case_study", "call"):
                    tally.count(f"{kind}_references", end, slices, one.stage == "active" and one.kind == kind)
    for name in ("active", "willing", "candidate", "case_study", "call"):
        tally.fill(f"{name}_references")


def due_on(outcome: Outcome) -> date:
    """The stated day, else the end of the horizon."""
    if outcome.due_on is not None:
        return outcome.due_on
    if outcome.horizon == "90_day":
        return plus(outcome.agreed_on, 90)
    return plus_months(outcome.agreed_on, {"6_month": 6, "1_year": 12}[outcome.horizon])


def _coverage(book: Book, tally: Tally) -> None:
    owned = [one for one in book.company.outcomes if one.owner is not None and one.contact is not None]
    for end in book.months:
        covered = {book.root(one.account).key for one in owned if one.agreed_on <= end <= due_on(one)}
        for root in book.roots():
            if book.arr(root, end) > 0 and book.segment(root, end) == PLANNED_SEGMENT:
                slices = _slices(book, root, end)
                tally.count("success_plan_customers", end, slices)
                tally.count("success_plan_covered_customers", end, slices, root.key in covered)
    tally.ratio("success_plan_coverage", "success_plan_covered_customers", "success_plan_customers")
    tally.fill("success_plan_customers")


def _outcomes(book: Book, tally: Tally) -> None:
    for one in book.company.outcomes:
        due = due_on(one)
        if one.agreed_on <= book.as_of and due <= book.as_of:
            slices = [*_slices(book, one.account, due), ("horizon", one.horizon)]
            tally.count("outcomes_due", due, slices)
            tally.count("outcomes_attained", due, slices, one.attained_on is not None and one.attained_on <= due)
    tally.ratio("outcome_attainment_rate", "outcomes_attained", "outcomes_due")
    tally.fill("outcomes_due")
