"""Recomputation that owes nothing to the marts: plain formulas over the typed raw rows.

The traced raw rows are typed and named by the staging and canonical models, which come before any calculation. What
follows are the files of `formulas/`, written apart from the models: they work day by day, where the models work with
periods, and end in rows with the names of the marts' own columns. To those rows the metric's published definition is
applied, and they are compared with the marts' rows one by one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from orchestration.lib.contracts.sql import literal
from orchestration.lib.trace.facts import Side

METHOD = "independent of the marts"
FOLDER = Path(__file__).with_name("formulas")

# The marts' dimensions of an account that the formulas work out anew; a slice by another one is replayed.
DIMENSIONS = frozenset({"segment", "csm", "team", "industry", "region", "product", "signed_quarter"})

# What the formulas read, by the name they read it under: relations of the layers before the marts.
INPUTS = {
    "parameters": "stg_build__parameters",
    "source_states": "stg_build__sources",
    "account_versions": "int_account_versions_unioned",
    "account_owners": "int_account_owners_unioned",
    "people": "int_people_unioned",
    "person_versions": "int_person_versions_unioned",
    "subscriptions": "int_subscriptions_unioned",
    "opportunities": "int_opportunities_unioned",
    "onboardings": "int_onboardings_unioned",
    "milestones": "int_milestones_unioned",
    "holds": "int_holds_unioned",
    "handoffs": "int_handoffs_unioned",
    "usage_events": "int_usage_events_unioned",
    "time_entries": "int_time_entries_unioned",
    "fx_rates": "stg_policy__fx_rates",
    "segments": "stg_policy__segments",
    "activities": "stg_policy__activities",
    "value_milestones": "stg_policy__value_milestones",
    "meaningful_events": "stg_policy__meaningful_events",
    "handoff_fields": "stg_policy__handoff_fields",
    "handoff_bands": "stg_policy__handoff_bands",
}


@dataclass(frozen=True)
class Family:
    """Semantic models whose rows the same files work out.

    `own_dimensions` are those of the rows themselves; `months_back` widens the period to what the last file reads;
    `has_rows`: each row can be compared with the mart's, not only what they add up to. Only measures placed in time by
    `time_dimension` are worked out, when one is named, and none of those in `without`.
    """

    models: tuple[str, ...]
    files: tuple[str, ...]
    inputs: tuple[str, ...]
    own_dimensions: frozenset[str] = frozenset()
    months_back: int = 0
    has_rows: bool = True
    time_dimension: str | None = None
    without: tuple[str, ...] = ()


# What accounts, lines and the attributes of an account are worked out from.
_ACCOUNT = (
    "parameters",
    "account_versions",
    "account_owners",
    "people",
    "person_versions",
    "subscriptions",
    "opportunities",
    "onboardings",
    "fx_rates",
    "segments",
)
_ONBOARDING = (*_ACCOUNT, "source_states", "milestones", "holds", "usage_events", "value_milestones")
_ARR_FILES = ("accounts", "lines", "arr", "attributes")
_ONBOARDING_FILES = ("accounts", "lines", "onboardings", "attributes", "first_value")

FAMILIES = (
    Family(
        models=("arr_snapshots", "arr_openings", "arr_lines", "arr_movements", "arr_windows"),
        files=_ARR_FILES,
        inputs=_ACCOUNT,
        own_dimensions=frozenset({"line_product"}),
    ),
    Family(
        models=("arr_transfers",),
        files=_ARR_FILES,
        inputs=_ACCOUNT,
        # the mart lists an account when anything about it moved, also what no slice of the formulas sees
        has_rows=False,
    ),
    Family(models=("nrr_compounded_cube",), files=(*_ARR_FILES, "compounded"), inputs=_ACCOUNT, months_back=11),
    Family(
        models=("onboardings", "onboarding_cohorts"),
        files=_ONBOARDING_FILES,
        inputs=_ONBOARDING,
        own_dimensions=frozenset({"configuration"}),
    ),
    Family(models=("first_value_survival_cube",), files=(*_ONBOARDING_FILES, "survival"), inputs=_ONBOARDING),
    Family(
        models=("time_entries",),
        files=("accounts", "lines", "time_anchors", "attributes", "hours"),
        inputs=(*_ACCOUNT, "time_entries", "activities"),
        own_dimensions=frozenset({"function", "person", "category", "activity"}),
    ),
    Family(models=("renewals",), files=("accounts", "lines", "renewals", "attributes"), inputs=_ACCOUNT),
    Family(
        models=("handoffs", "handoff_fields"),
        files=(
            *("accounts", "lines", "onboardings", "handoff_anchors", "attributes"),
            *("first_value", "exits", "handoffs"),
        ),
        inputs=(*_ONBOARDING, "handoffs", "meaningful_events", "handoff_fields", "handoff_bands"),
        own_dimensions=frozenset({"kind", "completeness_band", "handoff_field"}),
        # whether a handoff came on time, and which never came, is judged by its due day: that is replayed
        time_dimension="handed_off_on",
        without=("median_days_from_due",),
    ),
)


def family_of(sides: Iterable[Side], dimensions: Iterable[str]) -> Family | None:
    """The family that works out every side and knows every dimension of the slice; None: replay instead."""
    listed, wanted = list(sides), set(dimensions)
    for family in FAMILIES:
        if wanted <= DIMENSIONS | family.own_dimensions and all(_works_out(family, side) for side in listed):
            return family
    return None


def _works_out(family: Family, side: Side) -> bool:
    return (
        side.model in family.models
        and side.measure not in family.without
        and family.time_dimension in (None, side.time_dimension)
    )


def needed_models(family: Family) -> list[str]:
    """The typed relations that the files read."""
    return [INPUTS[name] for name in family.inputs]


def statements(family: Family, relations: dict[str, str], first_day: dt.date, last_day: dt.date) -> list[str]:
    """The whole recomputation in order, for the days of the fact rows. `relations` maps models to their relations."""
    first = dt.date(first_day.year, first_day.month, 1)
    for _ in range(family.months_back):
        first = (first - dt.timedelta(days=1)).replace(day=1)
    if not family.months_back:
        first = first_day
    return [
        "create schema recomputed",
        *(f"create view {name} as select * from {relations[INPUTS[name]]}" for name in family.inputs),
        f"create table question as select date {literal(str(first))} as first_day, "
        f"date {literal(str(last_day))} as last_day",
        "-- The key of a row, as the marts make it from the parts that identify it.\n"
        "create macro key_of(parts) as "
        "md5(array_to_string([coalesce(replace(part, '|', '||'), '~null') for part in parts], ' | '))",
        *((FOLDER / f"{name}.sql").read_text() for name in family.files),
    ]


def over_recomputed(sql: str) -> str:
    """A statement over marts, asked of the recomputed rows."""
    return sql.replace('"warehouse"."marts".', '"warehouse"."recomputed".')
