"""The company's life, month by month: sign, implement, work, renew; then what the customers said and did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from orchestration.lib.sample.advocacy import Advocacy
from orchestration.lib.sample.chance import Chance
from orchestration.lib.sample.customers import Customers
from orchestration.lib.sample.days import month_end, plus, plus_months
from orchestration.lib.sample.deals import Deals, Relationship
from orchestration.lib.sample.model import Company
from orchestration.lib.sample.onboarding import Onboardings
from orchestration.lib.sample.parameters import Parameters
from orchestration.lib.sample.staff import Staff, hire_staff
from orchestration.lib.sample.voices import Voices
from orchestration.lib.sample.work import Work

Progress = Callable[[str], None]


def simulate(parameters: Parameters, on_progress: Progress | None = None) -> Company:
    """Simulate one company. ``on_progress`` is told in words what is being done."""
    report = on_progress or (lambda message: None)
    chance = Chance(parameters.seed)
    company = Company(parameters)
    staff = hire_staff(company, chance)
    customers = Customers(company, staff, chance)
    customers.create()
    onboardings = Onboardings(company, staff, chance)
    deals = Deals(company, customers, onboardings, chance)
    work = Work(company, staff, chance)
    relationships = [Relationship(account) for account in company.accounts if account.is_customer]
    by_signature = sorted(relationships, key=lambda one: (one.account.signed_on or date.max, one.account.key))
    for month in range(parameters.months):
        if month % 6 == 0:
            report(f"simulate month {month + 1} of {parameters.months}")
        first = plus_months(parameters.starts_on, month)
        last = month_end(first)
        _change_staff(company, staff, customers, first, last)
        signed = [one for one in by_signature if one.account.signed_on is not None and one.account.signed_on <= last]
        for relationship in signed:
            if relationship.contract is None:
                day = min(relationship.account.signed_on or first, parameters.ends_on)
                deals.win(relationship, customers.assign_csm(relationship.account, day))
        for monday in _mondays(first, last, parameters.starts_on):
            work.week(monday, signed)
        for relationship in signed:
            deals.month(relationship, first)
    deals.open_renewals(relationships)
    deals.lost_deals()
    deals.pipeline(customers.prospects_of_the_pipeline())
    _graduate(company, chance)
    voices = Voices(company, chance)
    advocacy = Advocacy(company, chance)
    for done, relationship in enumerate(relationships):
        if done % 200 == 0:
            report(f"usage, meetings, tickets and surveys of customer {done + 1} of {len(relationships)}")
        contacts = customers.contacts_for(relationship.account)
        voices.of(relationship, contacts)
        advocacy.of(relationship, contacts)
    return company


def _mondays(first: date, last: date, start: date) -> list[date]:
    """Mondays of the month; the simulation's first week belongs to its first month even when it began before."""
    days = []
    monday = plus(first, -first.weekday()) if first == start else plus(first, (7 - first.weekday()) % 7)
    while monday <= last:
        days.append(monday)
        monday += timedelta(days=7)
    return days


def _change_staff(company: Company, staff: Staff, customers: Customers, first: date, last: date) -> None:
    """Hand over the books of CSMs who leave, or turn to implementation, in the month."""
    for day, leaver in staff.departures:
        if first <= day <= last:
            peers = [csm for csm in staff.csms_on(plus(day, 1)) if csm is not leaver]
            customers.hand_over(leaver, plus(day, 1), peers, interim_share=0.35)
    for pod in staff.pods:
        if pod.separated_from is None or not first <= pod.separated_from <= last:
            continue
        for csm in pod.csms:
            if csm.on(pod.separated_from).function != staff.caring_function:
                peers = [peer for peer in pod.csms if peer is not csm and peer in staff.csms_on(pod.separated_from)]
                customers.hand_over(csm, pod.separated_from, peers, interim_share=0.0)


def _graduate(company: Company, chance: Chance) -> None:
    """A few customers are put into another segment by hand, on a day; one in sixty is from the beginning."""
    parameters = company.parameters
    for account in company.accounts:
        if not account.is_customer or account.signed_on is None:
            continue
        stream = chance.stream("graduate", account.key)
        if stream.happens(0.05):
            day = plus(account.signed_on, stream.whole(100, 600))
            higher = {"tech_touch": "hybrid", "hybrid": "high_touch", "high_touch": "hybrid"}[account.habits.name]
            if day <= parameters.ends_on and higher in parameters.segments:
                account.set("segment", day, higher)
        elif stream.happens(0.016) and "hybrid" in parameters.segments:
            account.set("segment", account.created_on, "hybrid")
