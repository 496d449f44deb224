"""Random companies that are hard on revenue arithmetic: overlaps, gaps, late renewals, returns, hierarchies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from tests.dbt.company import Company
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
