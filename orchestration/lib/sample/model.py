"""The simulated company as it happened: people, customers, deals, lines, onboardings, work and voices.

Plain records without vendor fields, each equal to itself alone. What a vendor's export shows of them is decided in
``vendors``; what the right answers are is computed from them in ``truth``. Dates after the company's ``ends_on`` are
plans, not facts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from orchestration.lib.sample.parameters import Parameters, SegmentHabits


@dataclass(eq=False)
class PersonVersion:
    valid_from: date
    function: str
    team: str
    title: str


@dataclass(eq=False)
class Person:
    key: int
    first_name: str
    last_name: str
    email: str
    started_on: date
    weekly_capacity_hours: Decimal
    loaded_hourly_cost: Decimal
    versions: list[PersonVersion]
    manager: Person | None = None
    ended_on: date | None = None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def on(self, day: date) -> PersonVersion:
        """The version of the day; before the first one the earliest."""
        current = self.versions[0]
        for version in self.versions:
            if version.valid_from <= day:
                current = version
        return current

    def works_on(self, day: date) -> bool:
        return self.started_on <= day and (self.ended_on is None or day <= self.ended_on)


@dataclass(eq=False)
class Account:
    """A customer, a prospect or a holding. What changes over time is kept by attribute, as (from, value) in order of
    day: owner (Person), parent (Account or None), industry, region and segment (text or None)."""

    key: int
    account_id: str
    name: str
    created_on: date
    country: str | None
    currency: str
    habits: SegmentHabits
    is_customer: bool = True
    acv: Decimal | None = None
    fit: float = 0.0
    signed_on: date | None = None
    sales_rep: Person | None = None
    history: dict[str, list[tuple[date, Any]]] = field(default_factory=dict)

    def set(self, attribute: str, day: date, value: Any) -> None:
        """Record that ``attribute`` has ``value`` from ``day`` until its next recorded change."""
        changes = [change for change in self.history.get(attribute, []) if change[0] != day]
        changes.append((day, value))
        changes.sort(key=lambda change: change[0])
        self.history[attribute] = changes

    def value(self, attribute: str, day: date) -> Any:
        """The value on the day; before the first record the earliest."""
        changes = self.history[attribute]
        current = changes[0][1]
        for valid_from, value in changes:
            if valid_from > day:
                break
            current = value
        return current

    def changed_on(self) -> list[date]:
        """Days on which the record was created or changed, ascending."""
        days = {day for changes in self.history.values() for day, _ in changes}
        return sorted(days)


@dataclass(eq=False)
class Contact:
    key: int
    account: Account
    first_name: str
    last_name: str
    title: str
    role: str
    from_on: date
    left_on: date | None = None
    decided_left_on: date | None = None


@dataclass(eq=False)
class StageChange:
    on: date
    field: str
    old: str
    new: str


@dataclass(eq=False)
class Opportunity:
    key: int
    account: Account
    type: str
    name: str
    amount: Decimal
    currency: str
    created_on: date
    expected_close_on: date
    owner: Person
    motion: str | None = None
    closed_on: date | None = None
    is_won: bool = False
    loss_reason: str | None = None
    changes: list[StageChange] = field(default_factory=list)


@dataclass(eq=False)
class Contract:
    key: int
    account: Account
    opportunity: Opportunity
    signed_on: date
    starts_on: date
    ends_on: date | None


@dataclass(eq=False)
class Line:
    """A subscription line. ``ends_on`` is the last day of service, None while open-ended; ``terminated_on`` the last
    day when it was ended early, decided on ``terminated_decided_on``. A line deleted later was entered by mistake."""

    key: int
    account: Account
    contract: Contract
    opportunity: Opportunity
    product: str
    quantity: int
    unit_price: Decimal
    currency: str
    starts_on: date
    ends_on: date | None
    signed_on: date
    terminated_on: date | None = None
    terminated_decided_on: date | None = None
    deleted_on: date | None = None

    @property
    def arr(self) -> Decimal:
        return self.unit_price * self.quantity


@dataclass(eq=False)
class Milestone:
    key: int
    onboarding: Onboarding
    name: str
    kind: str
    due_on: date
    achieved_on: date | None
    is_first_value: bool | None


@dataclass(eq=False)
class Hold:
    key: int
    onboarding: Onboarding
    from_on: date
    to_on: date | None
    party: str
    reason: str


@dataclass(eq=False)
class Onboarding:
    key: int
    account: Account
    signed_on: date
    owner: Person
    configuration: str
    planned_go_live_on: date
    planned_hours: Decimal
    services_fee: Decimal
    handoff_completeness: float
    separated: bool
    kickoff_on: date | None = None
    go_live_on: date | None = None
    first_value_on: date | None = None
    exited_on: date | None = None
    cancelled: bool = False
    csat_at_go_live: Decimal | None = None
    nps_at_completion: int | None = None
    milestones: list[Milestone] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)


@dataclass(eq=False)
class Handoff:
    key: int
    account: Account
    kind: str
    handed_off_at: datetime
    sender: Person
    receiver: Person
    fields: dict[str, str]


@dataclass(eq=False)
class UsageEvent:
    account: Account
    user: int
    name: str
    feature: str
    occurred_at: datetime


@dataclass(eq=False)
class TimeEntry:
    person: Person
    account: Account | None
    client: str
    spent_on: date
    hours: Decimal
    activity: str
    billable: bool


@dataclass(eq=False)
class Meeting:
    account: Account
    contact: Contact
    person: Person
    kind: str
    held_at: datetime
    minutes: int
    attended: bool


@dataclass(eq=False)
class Ticket:
    account: Account
    subject: str
    priority: str
    opened_at: datetime
    solved_at: datetime | None


@dataclass(eq=False)
class Survey:
    account: Account
    contact: Contact
    kind: str
    purpose: str
    score: int
    comment: str
    responded_at: datetime


@dataclass(eq=False)
class Feedback:
    key: int
    account: Account
    received_on: date
    product_area: str
    sentiment: str | None
    status: str
    summary: str


@dataclass(eq=False)
class Reference:
    """A stage of a customer reference; ``ended_on`` is its last day, None while it lasts."""

    key: int
    account: Account
    stage: str
    kind: str | None
    since_on: date
    ended_on: date | None


@dataclass(eq=False)
class Outcome:
    """An outcome of a success plan. ``due_on`` None: the horizon alone says when."""

    key: int
    account: Account
    horizon: str
    text: str
    owner: Person | None
    contact: Contact | None
    agreed_on: date
    due_on: date | None
    attained_on: date | None


@dataclass(eq=False)
class Company:
    """Everything that happened, in the order it was decided."""

    parameters: Parameters
    people: list[Person] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    opportunities: list[Opportunity] = field(default_factory=list)
    contracts: list[Contract] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    onboardings: list[Onboarding] = field(default_factory=list)
    handoffs: list[Handoff] = field(default_factory=list)
    usage_events: list[UsageEvent] = field(default_factory=list)
    time_entries: list[TimeEntry] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    surveys: list[Survey] = field(default_factory=list)
    feedback: list[Feedback] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    separated_team: str | None = None
    separated_from: date | None = None
