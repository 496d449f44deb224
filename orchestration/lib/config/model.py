"""The keys of ``postsale.toml``, their defaults and what they may hold."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _iso_day(value: object) -> object:
    """TOML's own dates and ISO text; a time of day would be dropped without a word, so it is refused."""
    if isinstance(value, datetime):
        raise ValueError("must be a date without a time, like 2024-12-31")
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError("must be a date, like 2024-12-31") from None
    return value


def _list(value: object) -> object:
    """TOML has no tuples; a single word in the place of a list is refused in the words of the file."""
    if not isinstance(value, list | tuple):
        raise ValueError('must be a list, like ["sponsor", "champion"]')
    return value


ContactRole = Literal["sponsor", "champion", "technical", "detractor", "user"]


class PolicyScalars(_Strict):
    """``[policy]``: the single-valued choices of a company. Tables of policy are CSV files in ``policy_dir``."""

    renewal_grace_days: int = Field(
        default=30, ge=0, le=365, description="Days by which a renewal may be late and still count as no churn."
    )
    account_grain: Literal["ultimate_parent", "account"] = Field(
        default="ultimate_parent", description="Revenue rolls up to the ultimate parent, or stays with each account."
    )
    sustained_use_weeks: int = Field(
        default=4, ge=1, le=52, description="Consecutive weeks of meaningful use that end an onboarding."
    )
    fiscal_year_start_month: int = Field(
        default=1,
        ge=1,
        le=12,
        description="First month of the fiscal year; the rates of fx_rates.csv are per fiscal year.",
    )
    minimum_slice_accounts: int = Field(
        default=10, ge=1, le=1000, description="A slice of fewer accounts is shown with its number and never ranked."
    )
    attribute_history: Literal["versions", "latest"] = Field(
        default="versions",
        description="Account attributes of the past: as their stored versions say, or always the latest.",
    )
    usage_window_days: int = Field(
        default=30, ge=1, le=92, description="Days to a month-end in which use of the product counts as current."
    )
    usage_baseline_days: int = Field(
        default=90, ge=1, le=365, description="Days before those with which current use is compared."
    )
    engagement_days: int = Field(
        default=90, ge=1, le=365, description="Days to a month-end in which somebody who took part is engaged."
    )
    key_contact_roles: Annotated[tuple[ContactRole, ...], BeforeValidator(_list)] = Field(
        default=("sponsor", "champion", "technical"),
        min_length=1,
        description="Roles of a customer's contacts whose engagement counts as that of its stakeholders.",
    )
    live_no_value_days: int = Field(
        default=30, ge=1, le=365, description="Days after go-live without first value that raise a warning."
    )
    engaged_days: int = Field(
        default=30, ge=1, le=365, description="Days back within which a meaningful event makes an account engaged."
    )
    stall_days: int = Field(
        default=7,
        ge=1,
        le=365,
        description="Calendar days without movement, holds excluded, from which an open onboarding counts as stalled.",
    )
    post_live_days: int = Field(
        default=30,
        ge=0,
        le=365,
        description="Days after go-live in which rework and urgent tickets speak against the implementation.",
    )
    rework_percent: int = Field(
        default=10,
        ge=0,
        le=100,
        description="Rework hours, in percent of the planned ones, up to which an implementation is without rework.",
    )
    core_feature_target: int = Field(
        default=3, ge=1, le=1000, description="Core features that an onboarding is to bring into use."
    )
    health_backtest_days: int = Field(
        default=120,
        ge=0,
        le=365,
        description="Days before a renewal at which its outcome is compared with the health score.",
    )
    operating_model_weeks: int = Field(
        default=13, ge=1, le=52, description="Weeks of a CSM's own hours from which the operating model is inferred."
    )
    conflated_above_percent: int = Field(
        default=50,
        ge=0,
        le=99,
        description="Share of implementation in a CSM's hours, in percent, above which the book is conflated.",
    )
    quarter_end_days: int = Field(
        default=14, ge=1, le=90, description="Last days of a quarter in which signatures count as bunched at its end."
    )
    comparison_minimum_books: int = Field(
        default=5, ge=2, le=1000, description="Fewest books per side for a comparison of operating models."
    )
    renewal_minimum_term_days: int = Field(
        default=90, ge=1, le=3660, description="Shortest agreed term, in days, whose end is a renewal that falls due."
    )
    renewal_match_days: int = Field(
        default=90,
        ge=0,
        le=365,
        description="Days before the due date from which a contract or deal can renew it, or a lost deal explain it.",
    )
    forecast_minimum_renewals: int = Field(
        default=10, ge=1, le=1000, description="Fewest past outcomes of a health band on which a forecast may rest."
    )
    comparison_confidence_percent: int = Field(
        default=95, ge=50, le=99, description="Confidence, in percent, of the interval around a difference of books."
    )


class SiteConfig(_Strict):
    """``[site]``: how the dashboards are published."""

    base_path: str = Field(
        default="", description="Path under which the site is served, like /postsale; blank for the root."
    )

    @field_validator("base_path")
    @classmethod
    def _from_the_root(cls, value: str) -> str:
        if value and (not value.startswith("/") or value.endswith("/")):
            raise ValueError("must start with / and not end with it, like /postsale")
        return value


class EngineConfig(_Strict):
    """``[engine]``: what runs the transformations."""

    name: Literal["duckdb"] = "duckdb"


class PrivacyConfig(_Strict):
    """``[privacy]``: personal data that are replaced by pseudonyms while they are loaded."""

    pseudonymise: tuple[Literal["contact", "staff", "free_text"], ...] = Field(
        default=(),
        description="Marks of the contracts whose columns are replaced by a keyed hash; of staff, addresses only.",
    )
    key_env: str = Field(
        default="POSTSALE_PRIVACY_KEY",
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*$",
        description="Environment variable with the key.",
    )


class SourceConfig(_Strict):
    """``[sources.<name>]``: one system whose exports are loaded."""

    connector: str
    kind: Literal["files"] = "files"
    path: Path


def _engine_by_name(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


class Config(_Strict):
    """A company's configuration, with every path absolute.

    ``file`` is the configuration file. ``as_of`` is null when the latest business date in the data decides.
    """

    file: Path
    as_of: Annotated[date | None, BeforeValidator(_iso_day)] = None
    reporting_currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    time_zone: str = "UTC"
    policy_dir: Path | None = None
    policy: PolicyScalars = PolicyScalars()
    site: SiteConfig = SiteConfig()
    engine: Annotated[EngineConfig, BeforeValidator(_engine_by_name)] = EngineConfig()
    privacy: PrivacyConfig = PrivacyConfig()
    sources: dict[str, SourceConfig] = {}

    @field_validator("time_zone")
    @classmethod
    def _known_time_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, OSError, ValueError):
            raise ValueError("is no time zone; use a name of the IANA list, like Europe/Berlin") from None
        return value
