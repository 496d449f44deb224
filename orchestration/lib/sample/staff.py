"""The vendor's own people: who is hired when, into which team and function, and who leaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from mimesis import Person as PersonProvider
from mimesis.locales import Locale

from orchestration.lib.sample import phrases
from orchestration.lib.sample.chance import Chance
from orchestration.lib.sample.days import month_start, plus, plus_months
from orchestration.lib.sample.ids import plain_ascii
from orchestration.lib.sample.model import Company, Person, PersonVersion
from orchestration.lib.sample.parameters import Parameters


@dataclass
class Pod:
    """CSMs who share a manager and an operating model; separated from a date, conflated before."""

    name: str
    csms: list[Person] = field(default_factory=list)
    implementers: list[Person] = field(default_factory=list)
    separated_from: date | None = None

    @property
    def team(self) -> str:
        return f"Pod {self.name}"

    def is_separated(self, day: date) -> bool:
        return self.separated_from is not None and day >= self.separated_from


@dataclass
class Staff:
    caring_function: str = "success"
    pods: list[Pod] = field(default_factory=list)
    central_implementers: list[Person] = field(default_factory=list)
    sales: list[Person] = field(default_factory=list)
    support: list[Person] = field(default_factory=list)
    leaders: list[Person] = field(default_factory=list)
    departures: list[tuple[date, Person]] = field(default_factory=list)

    def pod_of(self, person: Person, day: date) -> Pod | None:
        """The pod in whose team a CSM works on the day."""
        team = person.on(day).team
        for pod in self.pods:
            if pod.team == team:
                return pod
        return None

    def csms_on(self, day: date) -> list[Person]:
        everyone = [person for pod in self.pods for person in pod.csms]
        return [
            person for person in everyone if person.works_on(day) and person.on(day).function == self.caring_function
        ]


class _Hiring:
    def __init__(self, company: Company, chance: Chance) -> None:
        self._company = company
        self._names = PersonProvider(Locale.EN, seed=_mimesis_seed(company.parameters.seed))
        self._chance = chance
        self._taken: set[str] = set()
        self._emails: set[str] = set()

    def hire(
        self, started_on: date, function: str, team: str, title: str, cost: int, namesake: Person | None = None
    ) -> Person:
        key = len(self._company.people)
        if namesake is None:
            first, last = self._fresh_name()
        else:
            first, last = namesake.first_name, namesake.last_name
        person = Person(
            key,
            first,
            last,
            self._email(first, last),
            started_on,
            Decimal(40),
            Decimal(cost + self._chance.stream("cost", key).whole(-6, 9)),
            [PersonVersion(started_on, function, team, title)],
        )
        self._company.people.append(person)
        return person

    def _fresh_name(self) -> tuple[str, str]:
        while True:
            first, last = self._names.first_name(), self._names.last_name()
            if f"{first} {last}" not in self._taken:
                self._taken.add(f"{first} {last}")
                return first, last

    def _email(self, first: str, last: str) -> str:
        base = plain_ascii(f"{first}.{last}")
        number = 1
        email = f"{base}@{phrases.VENDOR_DOMAIN}"
        while email in self._emails:
            number += 1
            email = f"{base}{number}@{phrases.VENDOR_DOMAIN}"
        self._emails.add(email)
        return email


def hire_staff(company: Company, chance: Chance) -> Staff:
    """Fill ``company.people``: pods of CSMs that grow with the customer base, central implementers, sales, support.

    The first pod is separated part-way in a company of at least a year that has CSMs: implementation people join it and
    its CSMs stop implementing. In a pod of four or more one CSM becomes an implementer that day.
    """
    parameters = company.parameters
    start = parameters.starts_on
    hiring = _Hiring(company, chance)
    caring = parameters.caring_function
    title = "Customer Success Manager" if parameters.has_csms else "Implementation Manager"
    staff = Staff(caring)
    head = hiring.hire(start, caring, "Leadership", "VP Customer", 120)
    staff.leaders.append(head)

    csm_count = max(1, round(parameters.accounts / parameters.accounts_per_csm))
    pod_count = min(max(1, round(csm_count / 3.4)), len(phrases.POD_NAMES))
    staff.pods = [Pod(phrases.POD_NAMES[index]) for index in range(pod_count)]
    namesake: Person | None = None
    for index in range(csm_count):
        pod = staff.pods[index % pod_count]
        stream = chance.stream("csm", index)
        if index < max(pod_count, csm_count // 2):
            started_on = start
        else:
            months = 1 + int(stream.between(0.05, 0.6) * parameters.months)
            started_on = _hired_on(parameters, months)
        twin = namesake if index == 4 else None
        csm = hiring.hire(started_on, caring, pod.team, title, 68, twin)
        csm.manager = head
        pod.csms.append(csm)
        if index == 1:
            namesake = csm

    for _ in range(max(1, round(parameters.accounts / 110))):
        person = hiring.hire(start, "implementation", "Solutions Engineering", "Solutions Engineer", 74)
        person.manager = head
        staff.central_implementers.append(person)
    for index in range(max(1, round(parameters.accounts / 40))):
        months = 0 if index < 2 else int(chance.stream("sales", index).between(0.05, 0.5) * parameters.months)
        staff.sales.append(hiring.hire(_hired_on(parameters, months), "sales", "Sales", "Account Executive", 80))
    for index in range(max(1, round(parameters.accounts / 100))):
        months = 0 if index == 0 else int(chance.stream("support", index).between(0.1, 0.6) * parameters.months)
        person = hiring.hire(_hired_on(parameters, months), "support", "Support", "Support Engineer", 52)
        person.manager = head
        staff.support.append(person)

    _separate_pod(company, staff, hiring, head)
    _move_and_leave(company, staff, chance)
    return staff


def _separate_pod(company: Company, staff: Staff, hiring: _Hiring, head: Person) -> None:
    parameters = company.parameters
    if parameters.months < 12 or not parameters.has_csms:
        return
    pod = staff.pods[0]
    separated_from = plus_months(parameters.starts_on, int(parameters.months * parameters.separation_at))
    pod.separated_from = separated_from
    company.separated_team = pod.team
    company.separated_from = separated_from
    team = f"{pod.name} Implementation"
    for _ in range(max(1, round(len(pod.csms) * 0.7))):
        joined_on = max(month_start(plus(separated_from, -5)), parameters.starts_on)
        specialist = hiring.hire(joined_on, "implementation", team, "Onboarding Specialist", 58)
        specialist.manager = head
        pod.implementers.append(specialist)
    veterans = [csm for csm in pod.csms if csm.started_on < separated_from]
    if len(veterans) >= 2 and len(pod.csms) >= 4:
        convert = veterans[1]
        convert.versions.append(PersonVersion(separated_from, "implementation", team, "Implementation Lead"))
        pod.implementers.append(convert)


def _move_and_leave(company: Company, staff: Staff, chance: Chance) -> None:
    """One CSM in eight leaves, one in twelve changes pods; never the separated pod's, whose change stays clean."""
    parameters = company.parameters
    if parameters.months < 6:
        return
    settled = [csm for pod in staff.pods if pod.separated_from is None for csm in pod.csms]
    leavers = settled[3::8] if len(settled) > 3 else []
    movers = settled[5::12] if len(staff.pods) > 2 else []
    for csm in leavers:
        stream = chance.stream("leaver", csm.key)
        day = _hired_on(parameters, int(parameters.months * stream.between(0.45, 0.85)))
        if day > plus(csm.started_on, 120):
            csm.ended_on = day
            staff.departures.append((day, csm))
    for csm in movers:
        stream = chance.stream("mover", csm.key)
        day = _hired_on(parameters, int(parameters.months * stream.between(0.3, 0.7)))
        others = [pod for pod in staff.pods if pod.separated_from is None and csm not in pod.csms]
        if csm.ended_on is None and others and day > csm.started_on:
            target = stream.pick(others)
            csm.versions.append(PersonVersion(day, staff.caring_function, target.team, csm.on(day).title))


def _hired_on(parameters: Parameters, months: int) -> date:
    first = plus_months(parameters.starts_on, min(months, max(parameters.months - 1, 0)))
    return first + timedelta(days=(7 - first.weekday()) % 7) if months else first


def _mimesis_seed(seed: int) -> int:
    return seed * 7919 + 11
