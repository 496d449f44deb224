"""Milestones as the warehouse is to see them: declared, or observed from usage where policy has a rule."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from weakref import WeakKeyDictionary

from orchestration.lib.sample.model import Onboarding
from orchestration.lib.sample.parameters import SEGMENTS, ObservedMilestone
from orchestration.lib.sample.truth.book import Book

RULES = {habits.name: habits.observed_milestones for habits in SEGMENTS}


@dataclass(frozen=True)
class Step:
    """One milestone of an onboarding; ``reached_on`` is None while it is not reached, ``due_on`` if nobody set it."""

    name: str
    kind: str
    due_on: date | None
    reached_on: date | None
    is_flagged: bool


class Steps:
    """Answers for every onboarding of one company, as of its last day."""

    def __init__(self, book: Book) -> None:
        self._as_of = book.as_of
        self._has_usage = bool(book.company.usage_events)
        names = {rule.event_name for rules in RULES.values() for rule in rules}
        self._days: dict[tuple[int, str], list[date]] = defaultdict(list)
        for event in sorted(book.company.usage_events, key=lambda one: one.occurred_at):
            if event.name in names and event.occurred_at.date() <= book.as_of:
                self._days[event.account.key, event.name].append(event.occurred_at.date())
        self._found = {
            onboarding.key: self._of(onboarding, RULES[book.segment(onboarding.account, onboarding.signed_on)])
            for account in book.accounts
            for onboarding in book.onboardings[account.key]
        }

    def of(self, onboarding: Onboarding) -> tuple[Step, ...]:
        return self._found[onboarding.key]

    def _of(self, onboarding: Onboarding, rules: tuple[ObservedMilestone, ...]) -> tuple[Step, ...]:
        """Where usage is known the rule decides, whatever is declared; what nobody listed is one all the same."""
        by_name = {rule.milestone: rule for rule in rules} if self._has_usage else {}
        steps = []
        for one in onboarding.milestones:
            rule = by_name.get(one.name) if one.kind == "value" else None
            declared = one.achieved_on if one.achieved_on is not None and one.achieved_on <= self._as_of else None
            reached = declared if rule is None else self._observed(onboarding, rule)
            steps.append(Step(one.name, one.kind, one.due_on, reached, bool(one.is_first_value)))
        listed = {one.name for one in onboarding.milestones}
        for rule in by_name.values():
            if rule.milestone not in listed:
                steps.append(Step(rule.milestone, "value", None, self._observed(onboarding, rule), False))
        return tuple(steps)

    def _observed(self, onboarding: Onboarding, rule: ObservedMilestone) -> date | None:
        days = [
            day
            for day in self._days[onboarding.account.key, rule.event_name]
            if day >= onboarding.signed_on
            and (rule.within_days is None or (day - onboarding.signed_on).days <= rule.within_days)
        ]
        return days[rule.threshold - 1] if len(days) >= rule.threshold else None


_OF_BOOK: WeakKeyDictionary[Book, Steps] = WeakKeyDictionary()


def steps_of(book: Book, onboarding: Onboarding) -> tuple[Step, ...]:
    """The onboarding's milestones, in the order in which they are listed; those that nobody listed come last."""
    if book not in _OF_BOOK:
        _OF_BOOK[book] = Steps(book)
    return _OF_BOOK[book].of(onboarding)
