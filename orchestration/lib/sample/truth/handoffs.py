"""Handoffs: how much of what is required they carry, and whether they come when they are due."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from orchestration.lib.sample import phrases
from orchestration.lib.sample.model import Account, Handoff, Onboarding
from orchestration.lib.sample.truth.book import Book
from orchestration.lib.sample.truth.ends import Ends
from orchestration.lib.sample.truth.journey import slices_of
from orchestration.lib.sample.truth.onboarding import percentile
from orchestration.lib.sample.truth.tally import TOTAL, Slice, Tally

#: Characters that the default policy wants of a name and of a text.
NAME_LENGTH, TEXT_LENGTH = 5, 10
#: Lower bounds of the default policy's bands, highest first.
BANDS = (("high", Fraction(8, 10)), ("medium", Fraction(1, 2)), ("low", Fraction(0)))


@dataclass(frozen=True)
class Due:
    """The handoff of one kind that an onboarding calls for; ``on`` is None while its event has not come."""

    onboarding: Onboarding
    on: date | None


def measure(book: Book, tally: Tally) -> None:
    """All metrics of the handoff family, by month."""
    delays: dict[tuple[date, Slice], list[int]] = defaultdict(list)
    made: dict[tuple[int, str], list[Handoff]] = defaultdict(list)
    for handoff in sorted(book.company.handoffs, key=lambda one: (one.handed_off_at, one.key)):
        if handoff.handed_off_at.date() <= book.as_of:
            made[handoff.account.key, handoff.kind].append(handoff)
    if not made:
        # A company that records no handoffs misses none either.
        return
    ends = Ends(book)
    for account in book.accounts:
        for kind in phrases.HANDOFF_FIELDS:
            dues = [Due(onboarding, due_on_of(ends, onboarding, kind)) for onboarding in book.onboardings[account.key]]
            _kind(book, tally, delays, account, kind, dues, made[account.key, kind])
    for (month, one), days in delays.items():
        tally.set("median_handoff_days_from_due", month, one, percentile(days, Fraction(1, 2)))
    tally.ratio("handoff_completeness", "handoff_fields_filled", "handoff_fields_required")
    tally.ratio("handoff_on_time_rate", "on_time_handoffs", "handoffs_due")
    tally.ratio("handoff_field_completeness", "handoff_field_fills", "handoff_field_slots")
    for metric in ("handoffs", "complete_handoffs", "handoffs_due", "missing_handoffs"):
        tally.fill(metric)


def _kind(
    book: Book,
    tally: Tally,
    delays: dict[tuple[date, Slice], list[int]],
    account: Account,
    kind: str,
    dues: list[Due],
    made: list[Handoff],
) -> None:
    """One account's handoffs of one kind, and those that it is owed."""
    owed = {due.onboarding.key: due for due in dues if due.on is not None}
    for handoff in made:
        day = handoff.handed_off_at.date()
        due = nearest_due(dues, day)
        due_on = due.on if due is not None else None
        filled = {name: has_filled(handoff, name) for name in phrases.HANDOFF_FIELDS[kind]}
        band = _band(sum(filled.values()), len(filled))
        slices = _slices(book, account, due_on or day, kind, band)
        tally.count("handoffs", day, slices)
        tally.count("complete_handoffs", day, slices, all(filled.values()))
        for name, has_text in filled.items():
            tally.count("handoff_fields_required", day, slices)
            tally.count("handoff_fields_filled", day, slices, has_text)
            tally.count("handoff_field_slots", day, [*slices, ("handoff_field", name.lower())])
            tally.count("handoff_field_fills", day, [*slices, ("handoff_field", name.lower())], has_text)
        if due is not None and due_on is not None and due.onboarding.key in owed:
            del owed[due.onboarding.key]
            for one in (TOTAL, *slices):
                delays[day.replace(day=1), one].append((day - due_on).days)
            _judge(tally, due_on, slices, came=True, on_time=day <= due_on)
    for due in owed.values():
        if due.on is not None:
            _judge(tally, due.on, _slices(book, account, due.on, kind, "missing"), came=False, on_time=False)


def due_on_of(ends: Ends, onboarding: Onboarding, kind: str) -> date | None:
    """Signature, go-live or exit, when it has come; exit is first value with sustained use, not as declared."""
    day = {
        "sales_to_onboarding": onboarding.signed_on,
        "implementation_to_success": onboarding.go_live_on,
        "onboarding_to_steady_state": ends.exited_on(onboarding),
    }[kind]
    return day if day is not None and day <= ends.as_of else None


def nearest_due(dues: list[Due], day: date) -> Due | None:
    """The onboarding whose event is nearest to the handoff; its signature stands in for an event to come."""
    return min(
        dues,
        key=lambda due: (abs((day - (due.on or due.onboarding.signed_on)).days), -due.onboarding.signed_on.toordinal()),
        default=None,
    )


def has_filled(handoff: Handoff, name: str) -> bool:
    least = NAME_LENGTH if name.startswith("Stakeholder_") else TEXT_LENGTH
    return len(handoff.fields.get(name, "").strip()) >= least


def _band(filled: int, required: int) -> str:
    return next(name for name, floor in BANDS if Fraction(filled, required) >= floor)


def _slices(book: Book, account: Account, day: date, kind: str, band: str) -> list[Slice]:
    return [*slices_of(book, account, day), ("kind", kind), ("completeness_band", band)]


def _judge(tally: Tally, due_on: date, slices: list[Slice], *, came: bool, on_time: bool) -> None:
    tally.count("handoffs_due", due_on, slices)
    tally.count("on_time_handoffs", due_on, slices, on_time)
    tally.count("missing_handoffs", due_on, slices, not came)
