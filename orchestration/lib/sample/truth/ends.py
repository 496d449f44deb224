"""When an onboarding is over: first value with sustained use, or the customer is gone."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from orchestration.lib.sample.model import Onboarding
from orchestration.lib.sample.truth.book import Book
from orchestration.lib.sample.truth.first_value import first_value_day

#: Default policy: consecutive weeks with meaningful use, and the event that only says that somebody came.
SUSTAINED_WEEKS = 4
SIGN_IN = "Signed In"


class Ends:
    """Answers for every onboarding of one company, as of its last day."""

    def __init__(self, book: Book) -> None:
        self.as_of = book.as_of
        self._book = book
        self._used: dict[int, set[date]] = defaultdict(set)
        for event in book.company.usage_events:
            if event.name != SIGN_IN and event.occurred_at.date() <= book.as_of:
                self._used[event.account.key].add(event.occurred_at.date())

    def left_on(self, onboarding: Onboarding) -> date | None:
        """Day on which the customer was gone or the onboarding was cancelled, whichever came first."""
        days = []
        churned = self._book.service_ended_on(onboarding.account)
        if churned is not None and churned > onboarding.signed_on:
            days.append(churned)
        if onboarding.cancelled and onboarding.exited_on is not None and onboarding.exited_on <= self.as_of:
            days.append(onboarding.exited_on)
        return min(days, default=None)

    def exited_on(self, onboarding: Onboarding) -> date | None:
        """Day on which first value and sustained use were both there; the declared exit in a company without usage."""
        left = self.left_on(onboarding)
        if self._book.company.usage_events:
            exited = self._observed(onboarding, left or self.as_of)
        else:
            declared = None if onboarding.cancelled else onboarding.exited_on
            exited = declared if declared is not None and declared <= self.as_of else None
        return exited if exited is None or left is None or exited <= left else None

    def on(self, onboarding: Onboarding) -> date | None:
        """First day on which it is no longer open; None while it is."""
        return self.exited_on(onboarding) or self.left_on(onboarding)

    def _observed(self, onboarding: Onboarding, last: date) -> date | None:
        value = first_value_day(self._book, onboarding)
        if value is None:
            return None
        first_use: dict[date, date] = {}
        for day in sorted(self._used[onboarding.account.key]):
            if onboarding.signed_on <= day <= last:
                first_use.setdefault(_monday(day), day)
        for week in sorted(first_use):
            in_a_row = all(week - timedelta(weeks=back) in first_use for back in range(SUSTAINED_WEEKS))
            if in_a_row and week >= _monday(value):
                return max(first_use[week], value)
        return None


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
