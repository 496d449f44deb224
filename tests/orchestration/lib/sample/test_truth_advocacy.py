"""Feedback, references and success plans of a company small enough to be worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from orchestration.lib.sample.model import Account, Contact, Feedback, Outcome, Reference
from tests.orchestration.lib.sample.builder import Answers, Builder

MARCH, APRIL = date(2024, 3, 1), date(2024, 4, 1)


def _company() -> tuple[Builder, Account, Account]:
    built = Builder()
    large, small = built.account("L", segment="high_touch"), built.account("S", segment="hybrid")
    built.line(large, "100", date(2024, 1, 1))
    built.line(small, "30", date(2024, 1, 1), date(2024, 4, 29))
    return built, large, small


def test_a_customer_weighs_once_per_area_and_only_while_it_is_one() -> None:
    built, large, small = _company()
    for account, day, area in (
        (large, date(2024, 3, 4), "Reports"),
        (large, date(2024, 3, 30), "Reports"),
        (small, date(2024, 3, 5), "Reports"),
        (small, date(2024, 4, 5), "Import"),
    ):
        built.company.feedback.append(Feedback(len(built.company.feedback), account, day, area, None, "new", ""))
    truth = built.answers()
    assert truth.of("feedback_items", MARCH) == 3
    assert truth.slices("feedback_arr", MARCH, "product_area") == {"Reports": 130}
    assert truth.slices("feedback_arr", APRIL, "product_area") == {"Reports": 100}
    assert truth.of("feedback_customers", date(2024, 12, 1)) == 1


def test_a_reference_counts_at_its_stage_on_the_month_end() -> None:
    built, large, _ = _company()
    for stage, kind, since_on, ended_on in (
        ("candidate", None, date(2024, 2, 1), date(2024, 3, 30)),
        ("willing", None, date(2024, 3, 31), date(2024, 4, 1)),
        ("active", "call", date(2024, 4, 2), None),
    ):
        built.company.references.append(
            Reference(len(built.company.references), large, stage, kind, since_on, ended_on)
        )
    truth = built.answers()
    stages = ("candidate_references", "willing_references", "active_references", "call_references")
    assert [truth.of(metric, MARCH) for metric in stages] == [0, 1, 0, 0]
    assert [truth.of(metric, APRIL) for metric in stages] == [0, 0, 1, 1]
    assert truth.of("case_study_references", APRIL) == 0


def test_a_plan_needs_two_owners_and_an_outcome_its_day() -> None:
    built, large, small = _company()
    contact = Contact(0, large, "Eve", "Exec", "VP Sales", "sponsor", date(2024, 1, 1))
    for account, owned, due_on, attained_on in (
        (large, True, date(2024, 3, 31), date(2024, 3, 31)),
        (large, False, None, date(2024, 6, 1)),
        (small, True, date(2024, 4, 30), None),
    ):
        built.company.outcomes.append(
            Outcome(
                len(built.company.outcomes),
                account,
                "90_day",
                "",
                built.csm,
                contact if owned else None,
                date(2024, 1, 31),
                due_on,
                attained_on,
            )
        )
    truth = built.answers()
    assert truth.of("success_plan_customers", MARCH) == 1
    assert [truth.of("success_plan_coverage", month) for month in (MARCH, APRIL)] == [1, 0]
    assert truth.of("outcome_attainment_rate", MARCH) == 1
    # the second outcome is due 90 days after the agreement, the third was never attained
    assert truth.of("outcomes_due", APRIL) == 2
    assert truth.of("outcome_attainment_rate", APRIL) == 0


def test_of_what_was_never_recorded_nothing_is_known() -> None:
    built, _, _ = _company()
    truth: Answers = built.answers()
    family = {"feedback_arr", "active_references", "success_plan_customers", "outcomes_due", "handoffs_due"}
    assert family.isdisjoint(truth.metrics())
    assert truth.of("arr", MARCH) == Decimal(130)
