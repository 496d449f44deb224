"""Which CSMs also implement: a book's operating model on a day, from the CSM's own hours of the weeks before."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from orchestration.lib.sample.model import Person
from orchestration.lib.sample.truth.book import UNKNOWN, Book
from orchestration.lib.sample.truth.categories import CATEGORY

#: Default policy: whole weeks looked back on, and the share of implementation above which a book is conflated.
WEEKS = 13
CONFLATED_ABOVE = Decimal("0.5")


class OperatingModels:
    """Answers for any person and day of one company."""

    def __init__(self, book: Book) -> None:
        self._weeks: dict[tuple[int, date], str] = {}
        self._hours: dict[int, dict[date, dict[str, Decimal]]] = defaultdict(lambda: defaultdict(dict))
        for entry in book.company.time_entries:
            category = CATEGORY.get(entry.activity)
            if entry.spent_on > book.as_of or category not in ("implementation", "success"):
                continue
            if entry.person.on(entry.spent_on).function == "success":
                day = self._hours[entry.person.key][entry.spent_on]
                day[category] = day.get(category, Decimal(0)) + entry.hours

    def on(self, person: Person, day: date) -> str:
        """conflated, separated, or unknown without hours to judge by or outside customer success."""
        if person.on(day).function != "success":
            return UNKNOWN
        monday = day - timedelta(days=day.weekday())
        if (person.key, monday) not in self._weeks:
            self._weeks[(person.key, monday)] = self._judged(person, monday)
        return self._weeks[(person.key, monday)]

    def _judged(self, person: Person, monday: date) -> str:
        implementation = both = Decimal(0)
        for back in range(1, 7 * WEEKS + 1):
            logged = self._hours[person.key].get(monday - timedelta(days=back), {})
            implementation += logged.get("implementation", Decimal(0))
            both += sum(logged.values(), Decimal(0))
        if both == 0:
            return UNKNOWN
        return "conflated" if implementation > CONFLATED_ABOVE * both else "separated"
