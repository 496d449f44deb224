"""Random companies that are hard on arithmetic.

On that of revenue: overlaps, gaps, late renewals, returns, hierarchies. On that of all that follows a sale: holds that
overlap, milestones before the signature, contacts who leave and come, use that stops and starts, deals without lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from tests.dbt.company import Company, Row
from tests.dbt.reference import Account, Line, LostRenewal, Owner, Reference, Segment

AS_OF = date(2024, 7, 18)
FIRST = date(2022, 10, 9)
PRODUCTS = ("Alpha", "Beta", "Gamma")
STAFF = {
    "ada@vendor.example": ("Ada Lee", "North"),
    "bo@vendor.example": ("Bo Chen", "North"),
    "cy@vendor.example": ("Cy Diaz", "South"),
    "dee@vendor.example": ("Dee Okoro", None),
}
SEGMENTS = (
    Segment("large", Decimal(100_000), None),
    Segment("middle", Decimal(25_000), Decimal(100_000)),
    Segment("small", Decimal(0), Decimal(25_000)),
)
EURO = Decimal("1.0823")


def _amount(random: Random) -> Decimal:
    if random.random() < 0.06:
        return Decimal(0)
    return (
        Decimal(random.choice((1_200, 9_999, 24_999, 30_000, 99_999, 120_000))) + Decimal(random.randint(0, 99)) / 100
    )


def _lines(random: Random, account: str) -> list[Line]:
    lines = []
    day = FIRST + timedelta(days=random.randint(0, 420))
    for number in range(random.choice((1, 1, 2, 3, 4, 6))):
        length = random.choice((10, 27, 30, 31, 60, 89, 181, 365))
        end = None if random.random() < 0.2 else day + timedelta(days=length)
        terminated = None
        if random.random() < 0.15:
            terminated = (end or day + timedelta(days=length)) - timedelta(days=random.choice((0, 0, 3, 40, -5)))
        lines.append(
            Line(
                f"{account}-{number}",
                account,
                random.choice(PRODUCTS),
                day,
                end,
                terminated,
                _amount(random),
                random.choice(("USD", "USD", "EUR")),
            )
        )
        # A contract of several products: lines with the same days.
        if random.random() < 0.4:
            lines.extend(
                replace(
                    lines[-1], subscription_id=f"{account}-{number}-{product}", product=product, arr=_amount(random)
                )
                for product in random.sample(PRODUCTS, random.randint(1, 3))
            )
        # From overlaps over seamless renewals to gaps around the edge of grace and beyond.
        day = (end or day + timedelta(days=length)) + timedelta(
            days=random.choice((-40, -5, 0, 1, 1, 2, 15, 30, 31, 32, 75, 200))
        )
    return lines


def _owners(random: Random, account: str) -> list[Owner]:
    owners = []
    for _ in range(random.choice((0, 0, 1, 2, 3))):
        start = FIRST + timedelta(days=random.randint(0, 600))
        end = None if random.random() < 0.5 else start + timedelta(days=random.randint(0, 300))
        owners.append(Owner(account, random.choice(list(STAFF)), start, end))
    return list({(owner.email, owner.start): owner for owner in owners}.values())


def random_reference(seed: int, accounts: int, grace: int) -> Reference:
    random = Random(seed)
    ids = [f"a{number:04d}" for number in range(accounts)]
    described = []
    for position, account in enumerate(ids):
        parent = None
        if position and random.random() < 0.3:
            parent = random.choice(ids[max(0, position - 12) : position])
        elif random.random() < 0.03:
            parent = "nobody"
        described.append(
            Account(
                account,
                parent,
                random.choice((None, None, Decimal(20_000), Decimal(25_000), Decimal(150_000))),
                random.choice((None, None, None, "large", "small")),
                random.choice((None, "Retail", "Health")),
                random.choice((None, "EMEA", "APAC")),
                random.choice((None, *STAFF)),
            )
        )
    lines = [line for account in ids if random.random() < 0.9 for line in _lines(random, account)]
    owners = [owner for account in ids for owner in _owners(random, account)]
    lost = []
    for line in lines:
        if line.end is not None and line.end < AS_OF and random.random() < 0.1:
            shift = timedelta(days=random.choice((-91, -90, -10, 0, 5, 31)))
            closed = min(line.end + shift, AS_OF)
            lost.append(LostRenewal(line.account_id, random.choice((None, closed)), closed))
    return Reference(
        as_of=AS_OF,
        grace=grace,
        accounts=tuple(described),
        lines=tuple(lines),
        owners=tuple(owners),
        lost=tuple(lost),
        segments=SEGMENTS,
        rates=(("EUR", EURO),),
        names=tuple((email, name) for email, (name, _) in STAFF.items()),
        teams=tuple((email, team) for email, (_, team) in STAFF.items() if team),
    )


def as_company(reference: Reference) -> Company:
    """The same company as files in the canonical shape."""
    return Company(
        as_of=reference.as_of,
        renewal_grace_days=reference.grace,
        objects={
            "accounts": [
                {
                    "account_id": account.account_id,
                    "account_name": account.account_id.upper(),
                    "parent_account_id": account.parent,
                    "acv": account.acv,
                    "segment": account.segment,
                    "industry": account.industry,
                    "region": account.region,
                    "csm_email": account.csm_email,
                }
                for account in reference.accounts
            ],
            "people": [
                {"email": email, "full_name": name, "function": "success", "team": team}
                for email, (name, team) in STAFF.items()
            ],
            "account_owners": [
                {
                    "account_id": owner.account_id,
                    "email": owner.email,
                    "role": "csm",
                    "from_on": owner.start,
                    "to_on": owner.end,
                }
                for owner in reference.owners
            ],
            "subscriptions": [
                {
                    "subscription_id": line.subscription_id,
                    "account_id": line.account_id,
                    "product": line.product,
                    "start_date": line.start,
                    "end_date": line.end,
                    "terminated_on": line.terminated,
                    "arr": line.arr,
                    "currency": line.currency,
                }
                for line in reference.lines
            ],
            "opportunities": [
                {
                    "opportunity_id": f"lost-{number}",
                    "account_id": lost.account_id,
                    "type": "renewal",
                    "created_on": lost.closed - timedelta(days=60),
                    "expected_close_on": lost.expected,
                    "closed_on": lost.closed,
                    "is_won": False,
                }
                for number, lost in enumerate(reference.lost)
            ],
        },
        policy={
            "segments": [
                {
                    "segment": segment.name,
                    "acv_from": segment.acv_from,
                    "acv_below": segment.acv_below,
                    "target_days": 30,
                }
                for segment in reference.segments
            ],
            "fx_rates": [{"currency": "EUR", "fiscal_year": reference.as_of.year, "rate": EURO}],
        },
    )


# ---- everything after the sale --------------------------------------------------------------------------------------

FEATURES = ("Routing", "Reports", "Alerts", "Sync")
ACTIVITIES = ("Kickoff", "Configuration", "Training", "QBR", "Support call", "Team meeting", "Something else")
MILESTONES = (("First value", "value"), ("Second value", "value"), ("Users in", "task"), ("Data in", "task"))
HANDOFF_FIELDS = ("goals", "success_criteria", "stakeholder_sponsor", "risks", "value_milestones_open")
#: What a person may do in each category, and what nobody mapped.
CATEGORIES = {
    "Kickoff": "implementation",
    "Configuration": "implementation",
    "Training": "implementation",
    "QBR": "success",
    "Support call": "support",
    "Team meeting": "internal",
}


def random_life(random: Random, reference: Reference) -> dict[str, Sequence[Row]]:
    """Rows of every object after the sale, for the accounts of a company; some of them of days after ``as_of``."""
    rows: dict[str, list[Row]] = {name: [] for name in LIFE}
    for account in reference.accounts:
        starts = [line.start for line in reference.lines if line.account_id == account.account_id]
        signed = min(starts, default=FIRST) - timedelta(days=random.choice((0, 0, 1, 20)))
        for number in range(random.choice((0, 1, 1, 2))):
            _onboarding(
                random, rows, account.account_id, number, signed + timedelta(days=number * random.choice((0, 40, 400)))
            )
        _people_at(random, rows, account.account_id, signed)
        _use(random, rows, account.account_id, signed)
        _voices(random, rows, account.account_id, signed)
        _work(random, rows, account.account_id, signed)
        _deals(
            random,
            rows,
            account.account_id,
            [line for line in reference.lines if line.account_id == account.account_id],
        )
    return dict(rows)


LIFE = (
    *("onboardings", "holds", "milestones", "contacts", "meetings", "usage_events", "tickets", "surveys"),
    *("handoffs", "time_entries", "opportunities"),
)


def _within(random: Random, start: date, low: int, high: int, share: float = 1.0) -> date | None:
    return start + timedelta(days=random.randint(low, high)) if random.random() < share else None


def _at(random: Random, day: date) -> datetime:
    return datetime.combine(day, time(random.randint(0, 23), random.choice((0, 59))))


def _onboarding(random: Random, rows: dict[str, list[Row]], account: str, number: int, signed: date) -> None:
    key = f"o-{account}-{number}"
    rows["onboardings"].append(
        {
            "onboarding_id": key,
            "account_id": account,
            "contract_signed_on": signed,
            "kickoff_on": _within(random, signed, -2, 12, 0.8),
            "go_live_on": _within(random, signed, 0, 90, 0.7),
            "planned_go_live_on": _within(random, signed, 10, 60, 0.7),
            "exited_on": _within(random, signed, 20, 200, 0.4),
            "owner_email": random.choice((None, *STAFF)),
            "status": random.choice(("running", "cancelled", None)),
            "configuration": random.choice((None, "Standard", "Custom")),
            "planned_hours": random.choice((None, 0, 20, 37.5)),
            "services_fee": random.choice((None, 0, 9_999.99)),
            "csat_at_go_live": random.choice((None, 1, 5)),
            "nps_at_completion": random.choice((None, 0, 10)),
        }
    )
    for place in range(random.choice((0, 0, 1, 3))):
        start = signed + timedelta(days=random.randint(-5, 60))
        until = _within(random, start, 0, 30, 0.8)
        rows["holds"].append(
            {
                "onboarding_id": key,
                "from_on": start + timedelta(days=place),
                "to_on": until and until + timedelta(days=place),
            }
        )
    for place, (name, kind) in enumerate(MILESTONES):
        if random.random() < 0.8:
            rows["milestones"].append(
                {
                    "milestone_id": f"{key}-{place}",
                    "onboarding_id": key,
                    "name": name,
                    "kind": kind,
                    "due_on": _within(random, signed, 1, 60, 0.8),
                    "achieved_on": _within(random, signed, -3, 120, 0.6),
                    "is_first_value": random.choice((None, place == 0)),
                }
            )
    for kind in ("sales_to_onboarding", "implementation_to_success", "onboarding_to_steady_state"):
        if random.random() < 0.6:
            handed = _within(random, signed, -5, 150, 0.9)
            rows["handoffs"].append(
                {
                    "handoff_id": f"{key}-{kind}",
                    "account_id": account,
                    "kind": kind,
                    "handed_off_at": handed and _at(random, handed),
                    **{name: random.choice((None, "short", "long enough to count")) for name in HANDOFF_FIELDS},
                }
            )


def _people_at(random: Random, rows: dict[str, list[Row]], account: str, signed: date) -> None:
    for number in range(random.randint(0, 4)):
        since = signed + timedelta(days=random.randint(-30, 300))
        contact, role = f"c-{account}-{number}", random.choice(("sponsor", "champion", "technical", "user"))
        rows["contacts"].append(
            {
                "contact_id": contact,
                "account_id": account,
                "role": role,
                "from_on": random.choice((None, since)),
                "left_on": _within(random, since, 0, 400, 0.4),
            }
        )
        for place in range(random.randint(0, 4)):
            held = since + timedelta(days=random.randint(0, 400))
            rows["meetings"].append(
                {
                    "meeting_id": f"{contact}-{place}",
                    "account_id": account,
                    "held_at": _at(random, held),
                    "kind": random.choice(("sync", "qbr", "call")),
                    "contact_id": random.choice((contact, contact, None)),
                    "contact_role": random.choice((role, None)),
                    "attended": random.choice((True, True, False)),
                    "person_email": random.choice(list(STAFF)),
                }
            )


def _use(random: Random, rows: dict[str, list[Row]], account: str, signed: date) -> None:
    number, day = 0, signed + timedelta(days=random.randint(0, 40))
    for _ in range(random.choice((0, 1, 2, 3))):
        for _ in range(random.choice((2, 5, 12))):
            rows["usage_events"].append(
                {
                    "event_id": f"u-{account}-{number}",
                    "account_id": account,
                    "user_id": random.choice(("one", "two", "three")),
                    "event_name": random.choice(("Signed In", "Report Shared", "Lead Routed")),
                    "occurred_at": _at(random, day),
                    "feature": random.choice((None, *FEATURES)),
                }
            )
            number += 1
            day += timedelta(days=random.choice((0, 1, 6, 7, 8)))
        # Use that stops, and comes back.
        day += timedelta(days=random.choice((10, 45, 130)))


def _voices(random: Random, rows: dict[str, list[Row]], account: str, signed: date) -> None:
    for number in range(random.choice((0, 0, 2, 6))):
        opened = _at(random, signed + timedelta(days=random.randint(0, 600)))
        rows["tickets"].append(
            {
                "ticket_id": f"t-{account}-{number}",
                "account_id": account,
                "opened_at": opened,
                "solved_at": random.choice((None, opened + timedelta(hours=random.choice((0, 1, 47, 900))))),
                "priority": random.choice((None, "low", "urgent")),
                "status": "open",
            }
        )
    for number in range(random.choice((0, 1, 3))):
        rows["surveys"].append(
            {
                "response_id": f"s-{account}-{number}",
                "account_id": account,
                "kind": random.choice(("nps", "onboarding_nps")),
                "score": random.randint(0, 10),
                "responded_at": _at(random, signed + timedelta(days=random.randint(0, 600))),
            }
        )


def _work(random: Random, rows: dict[str, list[Row]], account: str, signed: date) -> None:
    for number in range(random.choice((0, 3, 12))):
        rows["time_entries"].append(
            {
                "time_entry_id": f"w-{account}-{number}",
                "person_email": random.choice((*STAFF, "unknown@vendor.example")),
                "account_id": random.choice((account, account, None)),
                "spent_on": signed + timedelta(days=random.randint(-10, 700)),
                "hours": random.choice((0.25, 1, 1.1, 7.75)),
                "activity": random.choice(ACTIVITIES),
            }
        )


def _deals(random: Random, rows: dict[str, list[Row]], account: str, lines: Sequence[Line]) -> None:
    for line in lines:
        if line.end is not None and random.random() < 0.5:
            closed = _within(random, line.end, -60, 40, 0.8)
            rows["opportunities"].append(
                {
                    "opportunity_id": f"renewal-{line.subscription_id}",
                    "account_id": account,
                    "type": "renewal",
                    "created_on": line.end - timedelta(days=120),
                    "expected_close_on": line.end + timedelta(days=random.choice((-10, 0, 10))),
                    "closed_on": closed,
                    "is_won": None if closed is None else random.choice((True, True, False)),
                    "loss_reason": random.choice((None, "price", "merged")),
                }
            )
        if random.random() < 0.4:
            rows["opportunities"].append(
                {
                    "opportunity_id": deal_of(line),
                    "account_id": account,
                    "type": "expansion",
                    "created_on": line.start - timedelta(days=30),
                    "closed_on": line.start,
                    "is_won": True,
                    "motion": random.choice((None, "proactive", "reactive", "contracted")),
                }
            )


def deal_of(line: Line) -> str:
    """The expansion deal that a line may come from."""
    return f"expansion-{line.subscription_id}"


def as_whole_company(reference: Reference, random: Random) -> Company:
    """The company of a reference with everything that happened after the sale."""
    company = as_company(reference)
    life = random_life(random, reference)
    deals = {deal["opportunity_id"] for deal in life["opportunities"]}
    lines: list[Row] = [
        {**row, "quantity": random.choice((None, 1, 10)), "opportunity_id": deal if deal in deals else None}
        for row, deal in zip(company.objects["subscriptions"], map(deal_of, reference.lines), strict=True)
    ]
    people: list[Row] = [
        {
            **row,
            "function": random.choice(("success", "implementation")),
            "weekly_capacity_hours": 40,
            "loaded_hourly_cost": 80,
        }
        for row in company.objects["people"]
    ]
    opportunities = [*company.objects["opportunities"], *life["opportunities"]]
    objects = {**company.objects, **life, "people": people, "subscriptions": lines, "opportunities": opportunities}
    value_milestones: list[Row] = [
        {"segment": segment.name, "milestone_name": name, "is_first_value": name == "First value"}
        for segment in SEGMENTS
        for name, kind in MILESTONES
        if kind == "value"
    ]
    features: list[Row] = [
        {"product": product, "feature": feature, "is_core": feature in FEATURES[:2]}
        for product in PRODUCTS
        for feature in FEATURES[:3]
    ]
    activities: list[Row] = [{"activity": name, "category": category} for name, category in CATEGORIES.items()]
    policy = {
        **company.policy,
        "value_milestones": value_milestones,
        "product_features": features,
        "activities": activities,
    }
    return replace(company, objects=objects, policy=policy)
