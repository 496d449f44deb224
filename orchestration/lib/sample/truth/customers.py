"""How customers stand at month-ends, and what they ask and answer: use, adoption, relationships, touches, tickets."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction

from orchestration.lib.sample import phrases
from orchestration.lib.sample.days import month_end, plus
from orchestration.lib.sample.model import Account, Meeting, Ticket, UsageEvent
from orchestration.lib.sample.truth.book import Book
from orchestration.lib.sample.truth.journey import slices_of
from orchestration.lib.sample.truth.onboarding import percentile
from orchestration.lib.sample.truth.tally import TOTAL, Slice, Tally

USAGE_WINDOW_DAYS = 30
ENGAGEMENT_DAYS = 90
KEY_ROLES = ("sponsor", "champion", "technical")
HABIT_WEEKS = 4
EXPANSION_SHARE = Fraction(6, 10)

#: Recurring touches (meeting kind, days) and single ones (meeting kind, last day after the signature) by segment.
RECURRING = {
    "high_touch": (("Weekly Sync", 14), ("QBR", 90)),
    "hybrid": (("Weekly Sync", 30), ("QBR", 90)),
}
ONCE = {"high_touch": (("30-Day Check-In", 30), ("Executive Review", 30)), "hybrid": (("30-Day Check-In", 30),)}


def measure(book: Book, tally: Tally) -> None:
    """All metrics on customers by month, in total and by each slice."""
    voices = _Voices(book)
    for account in book.accounts:
        began_on = _began_on(book, account)
        if began_on is None:
            continue
        for end in book.months:
            if end >= began_on:
                _month(book, voices, account, began_on, end, tally)
    tally.ratio("adoption_rate", "features_used", "features_purchased")
    tally.ratio("core_adoption_rate", "core_features_used", "core_features_purchased")
    tally.ratio("stakeholder_engagement_rate", "engaged_key_contacts", "key_contacts")
    tally.ratio("executive_engagement_rate", "accounts_with_sponsor_engaged", "customer_accounts")
    tally.ratio("cadence_kept_rate", "cadence_touches_kept", "cadence_touches_due")
    _tickets(book, tally)
    _surveys(book, tally)


class _Voices:
    """What each account did and said, by account."""

    def __init__(self, book: Book) -> None:
        self.usage: dict[int, list[UsageEvent]] = defaultdict(list)
        self.meetings: dict[int, list[Meeting]] = defaultdict(list)
        self.tickets: dict[int, list[Ticket]] = defaultdict(list)
        for event in book.company.usage_events:
            self.usage[event.account.key].append(event)
        for meeting in book.company.meetings:
            if meeting.attended:
                self.meetings[meeting.account.key].append(meeting)
        for ticket in book.company.tickets:
            self.tickets[ticket.account.key].append(ticket)
        self.contacts = defaultdict(list)
        for contact in book.company.contacts:
            self.contacts[contact.account.key].append(contact)


def _began_on(book: Book, account: Account) -> date | None:
    days = [onboarding.signed_on for onboarding in book.onboardings[account.key]]
    first = book.first_service_on([account])
    return min([*days, *([first] if first is not None else [])], default=None)


def _month(book: Book, voices: _Voices, account: Account, began_on: date, end: date, tally: Tally) -> None:
    slices = slices_of(book, account, end)
    served = book.own_arr(account, end) > 0
    month_start = end.replace(day=1)
    recent = [one for one in voices.usage[account.key] if plus(end, -USAGE_WINDOW_DAYS) < one.occurred_at.date() <= end]
    in_month = [one for one in voices.usage[account.key] if month_start <= one.occurred_at.date() <= end]
    touched = {one.feature for one in recent if one.feature}
    products = {service.product for service in book.services[account.key] if service.covers(end)} if served else set()
    bought = {feature for product in products for feature in phrases.FEATURES.get(product, ())}
    core = bought & set(phrases.CORE_FEATURES)
    stage = None
    if served:
        stage = "activation"
        if _weeks_in_a_row(voices.usage[account.key], end) >= HABIT_WEEKS:
            stage = (
                "expansion" if bought and Fraction(len(bought & touched), len(bought)) >= EXPANSION_SHARE else "habit"
            )
    staged: list[Slice] = [*slices, *([("adoption_stage", stage)] if stage else [])]

    tally.add("active_users", end, staged, Decimal(len({one.user for one in recent})))
    tally.add("meaningful_events", end, staged, Decimal(sum(1 for one in in_month if one.feature)))
    open_tickets = [
        one
        for one in voices.tickets[account.key]
        if one.opened_at.date() <= end and (one.solved_at is None or one.solved_at.date() > end)
    ]
    tally.add("open_tickets", end, staged, Decimal(len(open_tickets)))
    tally.count("customer_accounts", end, staged, served)
    tally.add("features_purchased", end, staged, Decimal(len(bought)))
    tally.add("features_used", end, staged, Decimal(len(bought & touched)))
    tally.add("core_features_purchased", end, staged, Decimal(len(core)))
    tally.add("core_features_used", end, staged, Decimal(len(core & touched)))

    since = plus(end, -ENGAGEMENT_DAYS)
    there = {meeting.contact.key for meeting in voices.meetings[account.key] if since < meeting.held_at.date() <= end}
    key_people = [
        contact
        for contact in voices.contacts[account.key]
        if contact.role in KEY_ROLES and contact.from_on <= end and (contact.left_on is None or contact.left_on > end)
    ]
    engaged = [contact for contact in key_people if contact.key in there]
    tally.add("key_contacts", end, staged, Decimal(len(key_people) if served else 0))
    tally.add("engaged_key_contacts", end, staged, Decimal(len(engaged) if served else 0))
    sponsored = served and any(contact.role == "sponsor" for contact in engaged)
    tally.count("accounts_with_sponsor_engaged", end, staged, sponsored)

    due, kept = _touches(book, voices, account, began_on, end) if served else (0, 0)
    tally.add("cadence_touches_due", end, staged, Decimal(due))
    tally.add("cadence_touches_kept", end, staged, Decimal(kept))


def _weeks_in_a_row(events: list[UsageEvent], end: date) -> int:
    """Weeks counted back from the day, each with a meaningful event."""
    used = {(end - one.occurred_at.date()).days // 7 for one in events if one.feature and one.occurred_at.date() <= end}
    week = 0
    while week in used:
        week += 1
    return week


def _touches(book: Book, voices: _Voices, account: Account, began_on: date, end: date) -> tuple[int, int]:
    meetings = voices.meetings[account.key]

    def held(kind: str, first: date, last: date) -> bool:
        return any(one.kind == kind and first <= one.held_at.date() <= last for one in meetings)

    due = kept = 0
    for kind, days in RECURRING.get(book.segment(account, end), ()):
        if (end - began_on).days + 1 >= days:
            due += 1
            kept += held(kind, plus(end, 1 - days), end)
    single: dict[str, bool] = {}
    for onboarding in book.onboardings[account.key]:
        for kind, days in ONCE.get(book.segment(account, onboarding.signed_on), ()):
            last = plus(onboarding.signed_on, days)
            if month_end(last) == end:
                single[kind] = single.get(kind, True) and held(kind, onboarding.signed_on, last)
    return due + len(single), kept + sum(single.values())


def _tickets(book: Book, tally: Tally) -> None:
    hours: dict[tuple[date, Slice], list[int]] = defaultdict(list)
    for ticket in book.company.tickets:
        opened_on = ticket.opened_at.date()
        if opened_on > book.as_of:
            continue
        slices = [*slices_of(book, ticket.account, opened_on), ("priority", ticket.priority)]
        tally.count("tickets_opened", opened_on, slices)
        if ticket.solved_at is not None and ticket.solved_at.date() <= book.as_of:
            solved_on = ticket.solved_at.date()
            tally.count("tickets_solved", solved_on, slices)
            seconds = int((ticket.solved_at - ticket.opened_at).total_seconds())
            for one in (TOTAL, *slices):
                hours[(solved_on.replace(day=1), one)].append(seconds)
    for metric in ("tickets_opened", "tickets_solved"):
        tally.fill(metric)
    for (month, one), seconds_taken in hours.items():
        tally.set("median_resolution_hours", month, one, percentile(seconds_taken, Fraction(1, 2)) / 3600)


def _surveys(book: Book, tally: Tally) -> None:
    for survey in book.company.surveys:
        day = survey.responded_at.date()
        if day > book.as_of or survey.purpose == "onboarding" or survey.kind not in ("nps", "csat"):
            continue
        slices = slices_of(book, survey.account, day)
        tally.count(f"{survey.kind}_responses", day, slices)
        if survey.kind == "nps":
            tally.add("nps_promoters_less_detractors", day, slices, Decimal((survey.score >= 9) - (survey.score <= 6)))
        else:
            tally.add("csat_points_given", day, slices, Decimal(survey.score))
    tally.ratio("nps", "nps_promoters_less_detractors", "nps_responses")
    tally.ratio("csat", "csat_points_given", "csat_responses")
    tally.fill("nps_responses")
    tally.fill("csat_responses")
