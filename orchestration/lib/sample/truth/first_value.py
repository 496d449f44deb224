"""When an onboarding reached first value."""

from __future__ import annotations

from datetime import date

from orchestration.lib.sample.model import Onboarding
from orchestration.lib.sample.truth.book import FIRST_VALUE_NAME, Book
from orchestration.lib.sample.truth.milestones import steps_of


def first_value_day(book: Book, onboarding: Onboarding) -> date | None:
    """Earliest day on which a milestone that means first value was reached: flagged ones, else by the policy's name."""
    steps = steps_of(book, onboarding)
    flagged = [step for step in steps if step.is_flagged]
    if not flagged:
        name = FIRST_VALUE_NAME[book.segment(onboarding.account, onboarding.signed_on)]
        flagged = [step for step in steps if step.name == name]
    return min((step.reached_on for step in flagged if step.reached_on is not None), default=None)
