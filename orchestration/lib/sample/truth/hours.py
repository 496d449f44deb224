"""Where time goes: hours by what the activity means, and the shares of implementation in them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction

from orchestration.lib.sample.model import TimeEntry
from orchestration.lib.sample.truth.book import DIMENSIONS, Book
from orchestration.lib.sample.truth.categories import CATEGORY
from orchestration.lib.sample.truth.journey import journey_slices
from orchestration.lib.sample.truth.tally import TOTAL, Slice, Tally

CATEGORIES = ("implementation", "success", "support", "internal", "unclassified")


def measure(book: Book, tally: Tally) -> None:
    """All metrics of the hours family, by month; team, function and person are the person's, the rest the account's."""
    live_from = _earliest_go_live(book)
    worked_on: dict[tuple[date, Slice], set[int]] = defaultdict(set)
    for entry in book.company.time_entries:
        if entry.spent_on > book.as_of:
            continue
        slices = _slices(book, entry)
        category = CATEGORY.get(entry.activity, "unclassified")
        if entry.account is not None:
            month = entry.spent_on.replace(day=1)
            tally.add("_on_accounts", entry.spent_on, slices, entry.hours)
            for one in (TOTAL, *slices):
                worked_on[(month, one)].add(entry.account.key)
        tally.add("hours", entry.spent_on, slices, entry.hours)
        tally.add(f"{category}_hours", entry.spent_on, slices, entry.hours)
        if category in ("implementation", "success"):
            implementation = entry.hours if category == "implementation" else Decimal(0)
            tally.add("_both", entry.spent_on, slices, entry.hours)
            tally.add("_implementation", entry.spent_on, slices, implementation)
            if entry.person.on(entry.spent_on).function == "success":
                tally.add("_both_of_csms", entry.spent_on, slices, entry.hours)
                tally.add("_implementation_of_csms", entry.spent_on, slices, implementation)
        if category == "implementation" and entry.account is not None:
            went_live = live_from.get(entry.account.key)
            if went_live is not None and entry.spent_on > went_live:
                tally.add("post_live_implementation_hours", entry.spent_on, slices, entry.hours)
    for (month, one), accounts in worked_on.items():
        tally.set("accounts_worked_on", month, one, Fraction(len(accounts)))
        tally.set("hours_per_account", month, one, Fraction(tally.sum_of("_on_accounts", month, one)) / len(accounts))
    tally.drop("_on_accounts")
    tally.ratio("implementation_share", "_implementation", "_both")
    tally.ratio("csm_implementation_share", "_implementation_of_csms", "_both_of_csms")
    tally.drop("_both", "_implementation", "_both_of_csms", "_implementation_of_csms")
    for metric in ("hours", "post_live_implementation_hours", *(f"{category}_hours" for category in CATEGORIES)):
        tally.fill(metric)


def _slices(book: Book, entry: TimeEntry) -> list[Slice]:
    version = entry.person.on(entry.spent_on)
    slices: list[Slice] = [
        ("team", version.team),
        ("function", version.function),
        ("person", book.display_name(entry.person)),
    ]
    if entry.account is not None:
        values = zip(DIMENSIONS, book.slices(entry.account, entry.spent_on), strict=True)
        slices += [(dimension, value) for dimension, value in values if dimension != "team"]
        slices += journey_slices(book, entry.account, entry.spent_on)
    return slices


def _earliest_go_live(book: Book) -> dict[int, date]:
    days: dict[int, date] = {}
    for key, onboardings in book.onboardings.items():
        live = [one.go_live_on for one in onboardings if one.go_live_on is not None and one.go_live_on <= book.as_of]
        if live:
            days[key] = min(live)
    return days
