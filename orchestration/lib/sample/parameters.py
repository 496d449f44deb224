"""What the sample company is: its size, its habits and the policy it runs under.

Everything that shapes the simulation and is not a name or a phrase stands here, so that a reader can see
what was assumed and change it in one place. ``seeds/parameters.toml`` holds the values of the bundled company.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from orchestration.lib.errors import UsageError

SMALLEST_COMPANY = 1
LARGEST_COMPANY = 20_000
LONGEST_HISTORY_MONTHS = 240


class SampleError(UsageError, ValueError):
    """The sample company that was asked for cannot be written."""


@dataclass(frozen=True)
class ObservedMilestone:
    """A rule by which policy reads a value milestone off usage: so many events of a name, within days of the
    signature where a limit is given. ``feature`` is what the simulated event says it belongs to."""

    milestone: str
    event_name: str
    feature: str
    threshold: int = 1
    within_days: int | None = None


@dataclass(frozen=True)
class SegmentHabits:
    """How customers of one size behave; days are medians before handoff, load and noise act on them."""

    name: str
    share: float
    acv_low: int
    acv_high: int
    target_days: int
    kickoff_days: float
    live_days: float
    value_days: float
    renewal_logit: float
    seat_price: tuple[int, int]
    monthly_success_hours: float
    monthly_onboarding_hours: float
    monthly_events: float
    monthly_meetings: float
    monthly_tickets: float
    open_ended_share: float
    first_value_milestone: str
    other_value_milestones: tuple[str, ...]
    observed_milestones: tuple[ObservedMilestone, ...] = ()


SEGMENTS: tuple[SegmentHabits, ...] = (
    SegmentHabits(
        name="high_touch",
        share=0.15,
        acv_low=101_000,
        acv_high=240_000,
        target_days=60,
        kickoff_days=8,
        live_days=42,
        value_days=57,
        renewal_logit=2.9,
        seat_price=(640, 980),
        monthly_success_hours=4.3,
        monthly_onboarding_hours=26.0,
        monthly_events=17.0,
        monthly_meetings=1.7,
        monthly_tickets=1.3,
        open_ended_share=0.0,
        first_value_milestone="First report shared with leadership",
        other_value_milestones=(
            "80 % of licensed users active in week 2",
            "Team runs a workflow on its own",
            "Second department live",
        ),
    ),
    SegmentHabits(
        name="hybrid",
        share=0.35,
        acv_low=25_500,
        acv_high=96_000,
        target_days=30,
        kickoff_days=5,
        live_days=19,
        value_days=29,
        renewal_logit=2.4,
        seat_price=(520, 760),
        monthly_success_hours=3.2,
        monthly_onboarding_hours=12.0,
        monthly_events=10.0,
        monthly_meetings=0.8,
        monthly_tickets=0.7,
        open_ended_share=0.06,
        first_value_milestone="Team runs a workflow on its own",
        other_value_milestones=("First report shared with leadership", "80 % of licensed users active in week 2"),
        observed_milestones=(
            ObservedMilestone("First report shared with leadership", "Report Shared", "dashboards", within_days=75),
        ),
    ),
    SegmentHabits(
        name="tech_touch",
        share=0.50,
        acv_low=4_200,
        acv_high=24_000,
        target_days=14,
        kickoff_days=2,
        live_days=7,
        value_days=13,
        renewal_logit=1.75,
        seat_price=(290, 480),
        monthly_success_hours=1.9,
        monthly_onboarding_hours=4.0,
        monthly_events=6.0,
        monthly_meetings=0.25,
        monthly_tickets=0.35,
        open_ended_share=0.28,
        first_value_milestone="First lead routed",
        other_value_milestones=("Team runs a workflow on its own", "Five users active in a week"),
        observed_milestones=(ObservedMilestone("First lead routed", "Routed Lead Accepted", "routing", threshold=3),),
    ),
)


@dataclass(frozen=True)
class Parameters:
    """Size and policy of one company. Dates are days in UTC; ``ends_on`` is a month-end and the company's as_of.

    Only ``segments`` sign, in the shares among them that ``SEGMENTS`` gives. Without churn every contract is renewed
    within grace and none is terminated. Without CSMs nobody's function is success: implementers look after customers.
    """

    accounts: int = 240
    months: int = 36
    seed: int = 7
    ends_on: date = date(2026, 9, 30)
    reporting_currency: str = "USD"
    foreign_currency: str = "EUR"
    foreign_rates: tuple[tuple[int, str], ...] = (
        (2022, "1.052316"),
        (2023, "1.081427"),
        (2024, "1.082153"),
        (2025, "1.094871"),
        (2026, "1.117463"),
    )
    renewal_grace_days: int = 30
    late_after_days: int = 95
    accounts_per_csm: int = 24
    separation_at: float = 0.5
    conflated_implementation_share: tuple[float, float] = (0.60, 0.70)
    separated_implementation_share: tuple[float, float] = (0.03, 0.09)
    segments: tuple[str, ...] = tuple(habits.name for habits in SEGMENTS)
    has_churn: bool = True
    has_csms: bool = True
    faults: bool = True

    def __post_init__(self) -> None:
        if not SMALLEST_COMPANY <= self.accounts <= LARGEST_COMPANY:
            raise SampleError(f"accounts must be {SMALLEST_COMPANY} to {LARGEST_COMPANY}, not {self.accounts}")
        if not 1 <= self.months <= LONGEST_HISTORY_MONTHS:
            raise SampleError(f"months must be 1 to {LONGEST_HISTORY_MONTHS}, not {self.months}")
        if self.seed < 0:
            raise SampleError(f"seed must be 0 or more, not {self.seed}")
        known = [habits.name for habits in SEGMENTS]
        if not self.segments or not set(self.segments) <= set(known):
            raise SampleError(f"segments must be some of {', '.join(known)}, not {', '.join(self.segments) or 'none'}")

    @property
    def habits(self) -> tuple[SegmentHabits, ...]:
        """How customers of the company's segments behave."""
        return tuple(habits for habits in SEGMENTS if habits.name in self.segments)

    @property
    def caring_function(self) -> str:
        """Function of the people who own the customers."""
        return "success" if self.has_csms else "implementation"

    @property
    def starts_on(self) -> date:
        """First day of the first simulated month."""
        index = self.ends_on.year * 12 + self.ends_on.month - self.months
        return date(index // 12, index % 12 + 1, 1)

    @property
    def rate(self) -> Decimal:
        """Units of the reporting currency for one unit of the foreign one, in the fiscal year of ``ends_on``."""
        by_year = dict(self.foreign_rates)
        return Decimal(by_year[self.ends_on.year])

    @classmethod
    def from_file(cls, path: Path) -> Parameters:
        """Read parameters from TOML; keys are this class's fields, lists stand for tuples.

        Raises SampleError naming the file and the key that is not one.
        """
        with path.open("rb") as file:
            values: dict[str, Any] = tomllib.load(file)
        known = {field.name for field in fields(cls)}
        for key in values:
            if key not in known:
                raise SampleError(f"{path}: '{key}' is not a parameter; the parameters are {', '.join(sorted(known))}")
        if "segments" in values:
            values["segments"] = tuple(values["segments"])
        if "foreign_rates" in values:
            values["foreign_rates"] = tuple((int(year), str(rate)) for year, rate in values["foreign_rates"])
        for key in ("conflated_implementation_share", "separated_implementation_share"):
            if key in values:
                low, high = values[key]
                values[key] = (float(low), float(high))
        return cls(**values)
