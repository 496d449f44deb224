"""How far an account has come on a day: stage of its lifecycle, band of its time to first value, operating model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from weakref import WeakKeyDictionary

from orchestration.lib.sample.days import plus
from orchestration.lib.sample.model import Account, Line, Onboarding
from orchestration.lib.sample.truth.book import DIMENSIONS, TARGET_DAYS, UNKNOWN, Book
from orchestration.lib.sample.truth.ends import Ends
from orchestration.lib.sample.truth.first_value import first_value_day
from orchestration.lib.sample.truth.milestones import steps_of
from orchestration.lib.sample.truth.operating_model import OperatingModels
from orchestration.lib.sample.truth.tally import Slice

JOURNEY_DIMENSIONS = ("lifecycle_stage", "ttfv_band", "operating_model")

#: Default policy: days before a due renewal, and the shortest term that is renewed.
RENEWAL_WINDOW_DAYS = 90
SHORTEST_TERM_DAYS = 90


@dataclass(frozen=True)
class Course:
    """One onboarding as seen at as_of."""

    signed_on: date
    key: int
    go_live_on: date | None
    first_value_on: date | None
    exited_on: date | None
    cancelled_on: date | None
    all_value_on: date | None
    lost_on: date | None
    deadline_on: date


class Journeys:
    """Answers for any account and day of one company."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._ends = Ends(book)
        self._models = OperatingModels(book)
        self._courses = {
            account.key: [self._course(one) for one in book.onboardings[account.key]] for account in book.accounts
        }
        self._found: dict[tuple[int, date], tuple[str, str, str]] = {}

    def of(self, account: Account, day: date) -> tuple[str, str, str]:
        """The account's value of each of ``JOURNEY_DIMENSIONS`` on the day."""
        key = (account.key, day)
        if key not in self._found:
            members = self._book.family(account) if self._book.root(account) is account else [account]
            signed = sorted(
                (course for member in members for course in self._courses[member.key] if course.signed_on <= day),
                key=lambda course: (course.signed_on, course.key),
            )
            csm = self._book.csm(account, day)
            self._found[key] = (
                self._stage(members, signed, day),
                _band(signed[-1], day) if signed else "none",
                self._models.on(csm, day) if csm else UNKNOWN,
            )
        return self._found[key]

    def _course(self, onboarding: Onboarding) -> Course:
        book, account = self._book, onboarding.account

        def seen(day: date | None) -> date | None:
            return day if day is not None and day <= book.as_of else None

        reached = [step.reached_on for step in steps_of(book, onboarding) if step.kind == "value"]
        days = [day for day in reached if day is not None]
        return Course(
            signed_on=onboarding.signed_on,
            key=onboarding.key,
            go_live_on=seen(onboarding.go_live_on),
            first_value_on=first_value_day(book, onboarding),
            exited_on=self._ends.exited_on(onboarding),
            cancelled_on=seen(onboarding.exited_on) if onboarding.cancelled else None,
            all_value_on=max(days) if reached and len(days) == len(reached) else None,
            lost_on=self._ends.left_on(onboarding),
            deadline_on=plus(onboarding.signed_on, TARGET_DAYS[book.segment(account, onboarding.signed_on)]),
        )

    def _stage(self, members: list[Account], signed: list[Course], day: date) -> str:
        services = [service for member in members for service in self._book.services[member.key]]
        served = any(service.covers(day) for service in services)
        ended = [service.last for service in services if service.last < day]
        going_on = [course for course in signed if not _has(course.cancelled_on, day)]
        current = going_on[-1] if going_on else None
        if not served:
            if ended and (current is None or current.signed_on <= max(ended)):
                return "churned"
            if current is None:
                return "churned" if signed else "prospect"
        if current is not None and not _has(current.first_value_on, day) and not _has(current.exited_on, day):
            return "onboarding" if _has(current.go_live_on, day) else "implementation"
        if any(service.bridged and service.covers(day) for service in services) or any(
            self._is_due(line, day) for member in members for line in self._book.lines(member)
        ):
            return "renewal"
        return "value_realization" if current is not None and _has(current.all_value_on, day) else "adoption"

    def _is_due(self, line: Line, day: date) -> bool:
        """Whether the day is one of those before the renewal of the line's term."""
        last = self._book.last_day(line)
        if last == date.max or line.arr <= 0 or (line.terminated_on is not None and line.terminated_on == last):
            return False
        if (last - line.starts_on).days + 1 < SHORTEST_TERM_DAYS:
            return False
        return max(line.starts_on, plus(last, 1 - RENEWAL_WINDOW_DAYS)) <= day <= last


_OF_BOOK: WeakKeyDictionary[Book, Journeys] = WeakKeyDictionary()


def slices_of(book: Book, account: Account, day: date) -> list[Slice]:
    """The account's slices on the day: its attributes, then its journey."""
    return [*zip(DIMENSIONS, book.slices(account, day), strict=True), *journey_slices(book, account, day)]


def journey_slices(book: Book, account: Account, day: date) -> list[Slice]:
    """The slices of the account's journey on the day."""
    if book not in _OF_BOOK:
        _OF_BOOK[book] = Journeys(book)
    return list(zip(JOURNEY_DIMENSIONS, _OF_BOOK[book].of(account, day), strict=True))


def _has(event_on: date | None, day: date) -> bool:
    return event_on is not None and event_on <= day


def _band(course: Course, day: date) -> str:
    if course.first_value_on is not None and course.first_value_on <= day:
        return "on_target" if course.first_value_on <= course.deadline_on else "late"
    if _has(course.lost_on, day) or _has(course.exited_on, day):
        return "never"
    return "pending"
