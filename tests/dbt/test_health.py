"""Health and warnings of a random company under an odd policy: exact sums, an independent score, no glimpse ahead."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from tests.dbt.company import Company, Workshop
from tests.dbt.project import rows

AS_OF = date(2024, 9, 20)
FIRST = date(2023, 6, 1)
SIGNALS = {
    # signal: weight, input, value without points, value with all
    "pace": (Decimal("7"), "time_to_value_ratio", Decimal(3), Decimal("0.5")),
    "people": (Decimal("11.5"), "stakeholder_engagement_rate", Decimal("0.1"), Decimal("0.9")),
    "support": (Decimal("13"), "support_load", Decimal(3), Decimal(0)),
    "mood": (Decimal("0.3"), "sentiment_score", Decimal(2), Decimal(9)),
}


def _day(random: Random, first: date = FIRST, last: date = AS_OF + timedelta(days=60)) -> date:
    return first + timedelta(days=random.randint(0, (last - first).days))


def _moment(random: Random) -> datetime:
    return datetime.combine(_day(random), time(random.randint(0, 23), random.randint(0, 59)))


def _objects(seed: int) -> dict[str, list[dict[str, object]]]:
    random = Random(seed)
    objects: dict[str, list[dict[str, object]]] = defaultdict(list)
    for number in range(40):
        account = f"a{number:02d}"
        start = _day(random, FIRST, date(2024, 6, 1))
        end = _day(random, start, date(2025, 1, 1)) if random.random() < 0.3 else None
        objects["accounts"].append({"account_id": account, "account_name": account, "acv": 30_000})
        objects["subscriptions"].append(
            {
                "subscription_id": account,
                "account_id": account,
                "product": "Core",
                "start_date": start,
                "end_date": end,
                "arr": random.randint(1, 900) * 100,
            }
        )
        if random.random() < 0.8:
            onboarding = f"o{number:02d}"
            objects["onboardings"].append(
                {
                    "onboarding_id": onboarding,
                    "account_id": account,
                    "contract_signed_on": start,
                    "go_live_on": start + timedelta(days=random.randint(5, 40)),
                }
            )
            for place in range(3):
                objects["milestones"].append(
                    {
                        "milestone_id": f"{onboarding}m{place}",
                        "onboarding_id": onboarding,
                        "name": f"Step {place}",
                        "kind": "value",
                        "due_on": start + timedelta(days=10 * place + 5),
                        "achieved_on": start + timedelta(days=random.randint(1, 90)) if random.random() < 0.8 else None,
                        "is_first_value": place == 2,
                    }
                )
        for role in ("sponsor", "sponsor", "champion", "technical"):
            if random.random() < 0.7:
                joined = _day(random, FIRST - timedelta(days=200), AS_OF)
                contact = f"c{len(objects['contacts'])}"
                objects["contacts"].append(
                    {
                        "contact_id": contact,
                        "account_id": account,
                        "role": role,
                        "from_on": joined,
                        "left_on": _day(random, joined) if random.random() < 0.5 else None,
                    }
                )
                for _ in range(random.randint(0, 8)):
                    objects["meetings"].append(
                        {
                            "meeting_id": f"m{len(objects['meetings'])}",
                            "account_id": account,
                            "held_at": _moment(random),
                            "kind": "Call",
                            "contact_id": contact,
                            "attended": random.random() < 0.8,
                        }
                    )
        for _ in range(random.randint(0, 5)):
            at = _moment(random)
            objects["tickets"].append(
                {
                    "ticket_id": f"t{len(objects['tickets'])}",
                    "account_id": account,
                    "opened_at": at,
                    "solved_at": at + timedelta(days=random.randint(0, 60)) if random.random() < 0.8 else None,
                    "priority": random.choice(("normal", "urgent")),
                }
            )
        if random.random() < 0.5:
            objects["surveys"].append(
                {
                    "response_id": account,
                    "account_id": account,
                    "kind": "nps",
                    "score": random.randint(0, 10),
                    "responded_at": _moment(random),
                }
            )
    return dict(objects)


def _policy() -> dict[str, list[dict[str, object]]]:
    rule = {"severity": "high", "response_hours": 24, "is_active": True}
    return {
        "health_signals": [
            {"signal": name, "label": name, "weight": weight, "input": read, "zero_at": zero_at, "full_at": full_at}
            for name, (weight, read, zero_at, full_at) in SIGNALS.items()
        ],
        "warning_rules": [
            {"kind": "health_below_threshold", "label": "Health", "threshold": 60, **rule},
            {"kind": "sponsor_left", "label": "Sponsor", **rule},
            {"kind": "sponsor_silent", "label": "Silent", "window_days": 45, **rule},
            {"kind": "milestone_slipped", "label": "Slipped", "window_days": 2, **rule},
            {"kind": "stall", "label": "Stall", "threshold": 4, **rule},
            {"kind": "champion_left", "label": "Champion", **rule, "is_active": False},
        ],
    }


@pytest.fixture(scope="module")
def warehouse(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    company = Company(as_of=AS_OF, objects=_objects(5), policy=_policy())
    select = ["+fct_health_score", "+fct_warning_month"]
    return workshop.build(company, tmp_path_factory.mktemp("health"), select=select)


def _rounded(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def test_the_score_is_the_weighted_mean_of_the_known_signals(warehouse: Path) -> None:
    read = ", ".join(name for _, name, _, _ in SIGNALS.values())
    inputs = rows(warehouse, f"select account_id, month_end, {read} from marts.fct_health_input")
    expected = {}
    for account, month_end, *values in inputs:
        total, weights = Fraction(0), Fraction(0)
        for (weight, _, zero_at, full_at), value in zip(SIGNALS.values(), values, strict=True):
            if value is not None:
                share = Fraction(value - zero_at) / Fraction(full_at - zero_at)
                total += Fraction(weight) * Fraction(_rounded(100 * min(max(share, Fraction(0)), Fraction(1))))
                weights += Fraction(weight)
        expected[account, month_end] = _rounded(total / weights) if weights else None
    found = rows(warehouse, "select account_id, month_end, health_score from marts.fct_health_score")
    assert {(account, month_end): score for account, month_end, score in found} == expected
    assert len({score for score in expected.values() if score is not None}) > 100


def test_contributions_and_their_changes_add_up_to_the_last_digit(warehouse: Path) -> None:
    parts: dict[tuple[str, date], list[tuple[Decimal, Decimal | None]]] = defaultdict(list)
    for account, month_end, contribution, change in rows(
        warehouse,
        "select account_id, month_end, contribution, contribution_change from marts.fct_health_contribution"
        " where contribution is not null",
    ):
        parts[account, month_end].append((contribution, change))
    scores = rows(
        warehouse,
        "select account_id, month_end, health_score, health_score_change from marts.fct_health_score"
        " where health_score is not null",
    )
    assert len(scores) == len(parts) > 100
    before: dict[str, Decimal] = {}
    changes = 0
    for account, month_end, score, change in sorted(scores):
        known = parts[account, month_end]
        assert sum(contribution for contribution, _ in known) == score
        if change is not None:
            changes += 1
            assert sum(part for _, part in known if part is not None) == change == score - before[account]
        before[account] = score
    assert changes > 100


def test_a_warning_never_opens_twice_and_its_kind_is_in_use(warehouse: Path) -> None:
    found = rows(
        warehouse,
        "select kind, subject_id, opened_on, closed_on from marts.fct_warning order by kind, subject_id, opened_on",
    )
    assert {kind for kind, *_ in found} == {
        "health_below_threshold",
        "sponsor_left",
        "sponsor_silent",
        "milestone_slipped",
        "stall",
    }
    runs: dict[tuple[str, str], list[tuple[date, date | None]]] = defaultdict(list)
    for kind, subject, opened_on, closed_on in found:
        runs[kind, subject].append((opened_on, closed_on))
    for periods in runs.values():
        for (_, closed_on), (opened_on, _) in pairwise(periods):
            assert closed_on is not None
            assert closed_on < opened_on
    assert max(len(periods) for periods in runs.values()) > 1


def test_nothing_of_the_future_is_seen(
    warehouse: Path, workshop: Workshop, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What happens after `as_of` changes nothing: without it the same rows come out."""

    def is_past(row: dict[str, object]) -> bool:
        days = [
            row.get(name)
            for name in ("start_date", "contract_signed_on", "from_on", "held_at", "opened_at", "responded_at")
        ]
        return all(str(day)[:10] <= str(AS_OF) for day in days if day is not None)

    def seen(row: dict[str, object]) -> dict[str, object]:
        later = ("go_live_on", "achieved_on", "left_on", "solved_at")
        return {name: None if name in later and str(value)[:10] > str(AS_OF) else value for name, value in row.items()}

    objects = {name: [seen(row) for row in found if is_past(row)] for name, found in _objects(5).items()}
    company = Company(as_of=AS_OF, objects=objects, policy=_policy())
    again = workshop.build(company, tmp_path_factory.mktemp("past"), select=["+fct_health_score", "+fct_warning_month"])
    for query in (
        "select account_id, month_end, health_score, band, missing_signals from marts.fct_health_score order by all",
        "select kind, subject_id, opened_on, closed_on, close_reason, arr_at_risk, responded_at, is_response_due"
        " from marts.fct_warning order by all",
    ):
        assert rows(again, query) == rows(warehouse, query)
