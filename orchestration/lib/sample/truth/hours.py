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
        category = CATEGORY.get(entry.activity, "unclassified")
        slices = [*_slices(book, entry), ("activity", entry.activity), ("category", category)]
        if entry.account is not None:
            month = entry.spent_on.replace(day=1)
            tally.add("hours_on_accounts", entry.spent_on, slices, entry.hours)
            for one in (TOTAL, *slices):
                worked_on[(month, one)].add(entry.account.key)
        tally.add("hours", entry.spent_on, slices, entry.hours)
        tally.add(f"{category}_hours", entry.spent_on, slices, entry.hours)
        if category in ("implementation", "success"):
            implementation = entry.hours if category == "implementation" else Decimal(0)
            tally.add("delivery_hours", entry.spent_on, slices, entry.hours)
            if entry.person.on(entry.spent_on).function == "success":
                tally.add("csm_delivery_hours", entry.spent_on, slices, entry.hours)
                tally.add("csm_implementation_hours", entry.spent_on, slices, implementation)
        if category in ("implementation", "unclassified"):
            tally.add("implementation_or_unclassified_hours", entry.spent_on, slices, entry.hours)
        if category in ("implementation", "success", "unclassified"):
            tally.add("delivery_or_unclassified_hours", entry.spent_on, slices, entry.hours)
        if category == "implementation" and entry.account is not None:
            went_live = live_from.get(entry.account.key)
            if went_live is not None and entry.spent_on > went_live:
                tally.add("post_live_implementation_hours", entry.spent_on, slices, entry.hours)
    for (month, one), accounts in worked_on.items():
        tally.set("accounts_worked_on", month, one, Fraction(len(accounts)))
        tally.set(
            "hours_per_account", month, one, Fraction(tally.sum_of("hours_on_accounts", month, one)) / len(accounts)
        )
    tally.ratio("implementation_share", "implementation_hours", "delivery_hours")
    tally.ratio("implementation_share_lower", "implementation_hours", "delivery_or_unclassified_hours")
    tally.ratio("implementation_share_upper", "implementation_or_unclassified_hours", "delivery_or_unclassified_hours")
    tally.ratio("unclassified_share", "unclassified_hours", "hours")
    tally.ratio("csm_implementation_share", "csm_implementation_hours", "csm_delivery_hours")
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
