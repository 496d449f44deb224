"""Onboardings of a random company against clocks counted in plain Python, and survival against lifelines."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from lifelines import KaplanMeierFitter

from tests.dbt.company import Company, Workshop
from tests.dbt.project import rows
from tests.dbt.reference import month_ends, months_before

AS_OF = date(2024, 9, 20)
FIRST = date(2022, 11, 30)
TARGETS = {"large": 60, "small": 14}
FIRST_VALUE = {"large": "First report", "small": "First lead"}


@dataclass(frozen=True)
class Onboarding:
    onboarding_id: str
    account_id: str
    segment: str
    signed: date
    kickoff: date | None
    go_live: date | None
    exited: date | None
    cancelled: bool
    service_end: date | None
    holds: tuple[tuple[date, date | None], ...]
    milestones: tuple[tuple[str, bool | None, date | None], ...]

    def seen(self, day: date | None) -> date | None:
        return day if day is not None and day <= AS_OF else None

    @property
    def first_value(self) -> date | None:
        flagged = [day for _, flag, day in self.milestones if flag]
        if not any(flag for _, flag, _ in self.milestones):
            flagged = [day for name, _, day in self.milestones if name == FIRST_VALUE[self.segment]]
        return min((day for day in flagged if day is not None and day <= AS_OF), default=None)

    @property
    def left(self) -> date | None:
        days = []
        if self.cancelled and self.exited is not None and self.exited <= AS_OF:
            days.append(self.exited)
        if self.service_end is not None and self.signed <= self.service_end < AS_OF:
            days.append(self.service_end + timedelta(days=1))
        return min(days, default=None)

    def held_until(self, last: date) -> int:
        day, held = self.signed + timedelta(days=1), 0
        while day <= last:
            held += any(start <= day and (end is None or day <= end) for start, end in self.holds)
            day += timedelta(days=1)
        return held


def _some(random: Random, start: date, low: int, high: int, share: float) -> date | None:
    return start + timedelta(days=random.randint(low, high)) if random.random() < share else None


def _onboardings(seed: int, count: int) -> list[Onboarding]:
    random = Random(seed)
    made = []
    for number in range(count):
        segment = random.choice(list(TARGETS))
        signed = FIRST + timedelta(days=random.randint(0, (AS_OF - FIRST).days + 20))
        holds = []
        for _ in range(random.choice((0, 0, 1, 2, 3))):
            start = signed + timedelta(days=random.randint(-5, 40))
            holds.append((start, _some(random, start, 0, 25, 0.8)))
        milestones = []
        for name in ("First report", "First lead", "Training done"):
            flag = random.choice((None, None, False, True)) if name != "Training done" else False
            milestones.append((name, flag, _some(random, signed, 0, 2 * TARGETS[segment], 0.7)))
        made.append(
            Onboarding(
                f"o{number:04d}",
                f"a{number:04d}",
                segment,
                signed,
                _some(random, signed, 0, 12, 0.9),
                _some(random, signed, 3, 70, 0.8),
                _some(random, signed, 20, 200, 0.4),
                random.random() < 0.2,
                _some(random, signed, -20, 500, 0.5),
                tuple(dict(holds).items()),
                tuple(milestones),
            )
        )
    return made


def _company(onboardings: list[Onboarding]) -> Company:
    return Company(
        as_of=AS_OF,
        renewal_grace_days=0,
        objects={
            "accounts": [
                {"account_id": one.account_id, "account_name": one.account_id, "segment": one.segment}
                for one in onboardings
            ],
            "subscriptions": [
                {
                    "subscription_id": one.account_id,
                    "account_id": one.account_id,
                    "product": "Core",
                    "start_date": min(one.signed, one.service_end or one.signed) - timedelta(days=1),
                    "end_date": one.service_end,
                    "arr": 1000,
                }
                for one in onboardings
            ],
            "onboardings": [
                {
                    "onboarding_id": one.onboarding_id,
                    "account_id": one.account_id,
                    "contract_signed_on": one.signed,
                    "kickoff_on": one.kickoff,
                    "go_live_on": one.go_live,
                    "exited_on": one.exited,
                    "status": "cancelled" if one.cancelled else "running",
                }
                for one in onboardings
            ],
            "holds": [
                {"onboarding_id": one.onboarding_id, "from_on": start, "to_on": end}
                for one in onboardings
                for start, end in one.holds
            ],
            "milestones": [
                {
                    "milestone_id": f"{one.onboarding_id}-{name}",
                    "onboarding_id": one.onboarding_id,
                    "name": name,
                    "kind": "task" if name == "Training done" else "value",
                    "achieved_on": day,
                    "is_first_value": flag,
                }
                for one in onboardings
                for name, flag, day in one.milestones
            ],
        },
        policy={
            "segments": [
                {"segment": "large", "acv_from": 50_000, "target_days": TARGETS["large"]},
                {"segment": "small", "acv_from": 0, "acv_below": 50_000, "target_days": TARGETS["small"]},
            ],
            "value_milestones": [
                {"segment": segment, "milestone_name": name, "is_first_value": name == FIRST_VALUE[segment]}
                for segment in TARGETS
                for name in ("First report", "First lead")
            ],
        },
    )


@pytest.fixture(scope="module")
def onboardings() -> dict[str, Onboarding]:
    return {one.onboarding_id: one for one in _onboardings(4, 400)}


@pytest.fixture(scope="module")
def warehouse(onboardings: dict[str, Onboarding], workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    company = _company(list(onboardings.values()))
    return workshop.build(company, tmp_path_factory.mktemp("onboardings"), select=["+marts.onboarding"])


def _days(start: date | None, end: date | None) -> int | None:
    return None if start is None or end is None else (end - start).days


def test_every_clock(onboardings: dict[str, Onboarding], warehouse: Path) -> None:
    expected = {}
    for one in onboardings.values():
        if one.signed > AS_OF:
            continue
        value, live, left = one.first_value, one.seen(one.go_live), one.left
        deadline = one.signed + timedelta(days=TARGETS[one.segment])
        ends = [day for day in (one.seen(one.exited), left) if day is not None]
        expected[one.onboarding_id] = (
            value,
            left is not None and (value is None or value > left),
            _days(one.signed, one.seen(one.kickoff)),
            _days(one.signed, live),
            _days(one.signed, value),
            _days(live, value),
            one.held_until(min([AS_OF, *ends])),
            None if live is None else (live - one.signed).days - one.held_until(live),
            None if value is None else (value - one.signed).days - one.held_until(value),
            deadline <= AS_OF,
            value <= deadline if value is not None else (False if deadline <= AS_OF else None),
        )
    found = rows(
        warehouse,
        "select onboarding_id, first_value_on, is_churned_before_value, days_to_kickoff, days_to_live,"
        " days_to_first_value, days_live_to_first_value, hold_days, days_to_live_net_of_hold,"
        " days_to_first_value_net_of_hold, is_first_value_due, is_first_value_on_target from marts.fct_onboarding",
    )
    assert {onboarding: tuple(rest) for onboarding, *rest in found} == expected
    assert len(found) == len(expected) > 300
    arrived = rows(warehouse, "select onboarding_id, first_value_on from marts.fct_first_value")
    assert dict(arrived) == {name: clocks[0] for name, clocks in expected.items() if clocks[0] is not None}


def test_survival(onboardings: dict[str, Onboarding], warehouse: Path) -> None:
    found = {
        (day, segment): (signed, arrived, median)
        for day, segment, signed, arrived, median in rows(
            warehouse,
            "select month_end, dimension_value, signed_onboardings, arrived_onboardings, km_median_days_to_first_value"
            " from marts.cube_first_value_survival where dimension = 'segment'",
        )
    }
    expected = {}
    for day in month_ends(FIRST, date(2024, 8, 31)):
        observed: dict[str, list[tuple[int, bool]]] = defaultdict(list)
        for one in onboardings.values():
            if months_before(day, 12) < one.signed <= day:
                ends = [end for end in (one.first_value, one.left, day) if end is not None]
                observed[one.segment].append(
                    ((min(ends) - one.signed).days, one.first_value is not None and one.first_value == min(ends))
                )
        for segment, pairs in observed.items():
            fitted = KaplanMeierFitter().fit([days for days, _ in pairs], [arrived for _, arrived in pairs])
            curve = fitted.survival_function_["KM_estimate"]
            reached = [int(days) for days, share in curve.items() if share <= 0.5 + 1e-9]
            expected[day, segment] = (
                len(pairs),
                sum(arrived for _, arrived in pairs),
                min(reached) if reached else None,
            )
    assert found == expected
    assert len([median for *_, median in expected.values() if median is not None]) > 20
