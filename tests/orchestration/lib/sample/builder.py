"""Builds tiny companies by hand, so that the answers can be worked out on paper."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from orchestration.lib.sample.ids import salesforce_id
from orchestration.lib.sample.model import (
    Account,
    Company,
    Contract,
    Line,
    Milestone,
    Onboarding,
    Opportunity,
    Person,
    PersonVersion,
    TimeEntry,
)
from orchestration.lib.sample.parameters import SEGMENTS, Parameters
from orchestration.lib.sample.truth import answers

HABITS = {habits.name: habits for habits in SEGMENTS}


class Builder:
    """A company of 12 months that ends on 2024-12-31; everything in it is added by the test."""

    def __init__(self, ends_on: date = date(2024, 12, 31), months: int = 12) -> None:
        self.company = Company(Parameters(accounts=1, months=months, ends_on=ends_on))
        self.rep = self.person("Rep Resent", "sales", "Sales")
        self.csm = self.person("Cora Care", "success", "Pod One")

    def person(self, name: str, function: str, team: str, email: str | None = None) -> Person:
        first, last = name.split(" ", 1)
        key = len(self.company.people)
        start = date(2023, 1, 1)
        person = Person(
            key,
            first,
            last,
            email or f"{name.lower().replace(' ', '.')}@vendor.example",
            start,
            Decimal(40),
            Decimal(60),
            [PersonVersion(start, function, team, "")],
        )
        self.company.people.append(person)
        return person

    def account(
        self,
        name: str,
        *,
        parent: Account | None = None,
        segment: str | None = None,
        acv: str | None = None,
        industry: str | None = "Retail",
        region: str | None = "EMEA",
        currency: str = "USD",
        owner: Person | None = None,
    ) -> Account:
        key = len(self.company.accounts)
        created_on = date(2023, 6, 1)
        account = Account(
            key,
            salesforce_id("Account", key + 1),
            name,
            created_on,
            None,
            currency,
            HABITS["hybrid"],
            acv=None if acv is None else Decimal(acv),
        )
        account.set("owner", created_on, owner or self.csm)
        for attribute, value in (("parent", parent), ("segment", segment), ("industry", industry), ("region", region)):
            account.set(attribute, created_on, value)
        self.company.accounts.append(account)
        return account

    def opportunity(self, account: Account, kind: str, closed_on: date | None, is_won: bool) -> Opportunity:
        opportunity = Opportunity(
            len(self.company.opportunities),
            account,
            kind,
            kind,
            Decimal(0),
            account.currency,
            date(2023, 6, 1),
            closed_on or date(2025, 1, 1),
            self.rep,
            closed_on=closed_on,
            is_won=is_won,
        )
        self.company.opportunities.append(opportunity)
        return opportunity

    def line(
        self,
        account: Account,
        arr: str,
        first: date,
        last: date | None = None,
        *,
        product: str = "Core",
        terminated_on: date | None = None,
        deleted_on: date | None = None,
    ) -> Line:
        opportunity = self.opportunity(account, "New Business", first, True)
        contract = Contract(len(self.company.contracts), account, opportunity, first, first, last)
        line = Line(
            len(self.company.lines),
            account,
            contract,
            opportunity,
            product,
            1,
            Decimal(arr),
            account.currency,
            first,
            last,
            first,
            terminated_on,
            terminated_on,
            deleted_on,
        )
        self.company.contracts.append(contract)
        self.company.lines.append(line)
        return line

    def onboarding(
        self,
        account: Account,
        signed_on: date,
        *,
        kickoff_on: date | None = None,
        go_live_on: date | None = None,
        first_value_on: date | None = None,
        flagged: bool = True,
        cancelled_on: date | None = None,
    ) -> Onboarding:
        onboarding = Onboarding(
            len(self.company.onboardings),
            account,
            signed_on,
            self.csm,
            "standard",
            signed_on,
            Decimal(10),
            Decimal(0),
            1.0,
            False,
            kickoff_on=kickoff_on,
            go_live_on=go_live_on,
            exited_on=cancelled_on,
            cancelled=cancelled_on is not None,
        )
        name = "Agreed in the kickoff" if flagged else HABITS["hybrid"].first_value_milestone
        onboarding.milestones.append(
            Milestone(0, onboarding, name, "value", signed_on, first_value_on, True if flagged else None)
        )
        onboarding.milestones.append(Milestone(1, onboarding, "Training done", "task", signed_on, signed_on, None))
        self.company.onboardings.append(onboarding)
        return onboarding

    def hours(self, person: Person, account: Account | None, day: date, hours: str, activity: str) -> None:
        client = account.name if account else "Vendor (internal)"
        self.company.time_entries.append(TimeEntry(person, account, client, day, Decimal(hours), activity, False))

    def answers(self) -> Answers:
        return Answers(self.company)


class Answers:
    """The truth of a company, looked up by metric, month and slice."""

    def __init__(self, company: Company) -> None:
        self.rows = answers(company)
        self._values = {
            (row.metric, row.metric_time, row.dimension, row.dimension_value): row.value for row in self.rows
        }

    def of(self, metric: str, month: date, dimension: str = "", value: str = "") -> Decimal | None:
        found = self._values.get((metric, month, dimension, value))
        return None if found is None else Decimal(found)

    def series(self, metric: str, dimension: str = "", value: str = "") -> list[Decimal]:
        """Values in order of time."""
        return [
            Decimal(row.value)
            for row in self.rows
            if (row.metric, row.dimension, row.dimension_value) == (metric, dimension, value)
        ]

    def metrics(self) -> set[str]:
        return {row.metric for row in self.rows}

    def slices(self, metric: str, month: date, dimension: str) -> dict[str, Decimal]:
        return {
            row.dimension_value: Decimal(row.value)
            for row in self.rows
            if (row.metric, row.metric_time, row.dimension) == (metric, month, dimension)
        }
