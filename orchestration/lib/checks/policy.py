"""Checks of the policy tables in force."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise

from orchestration.lib.checks import policy_rows, policy_rules
from orchestration.lib.checks.policy_problem import policy_problem, shown_policy_file
from orchestration.lib.checks.problem import Problem
from orchestration.lib.checks.zone_view import ZoneView
from orchestration.lib.config import Config
from orchestration.lib.contracts.sql import literal, typed
from orchestration.lib.loader.policy import POLICY, own_table

# A longer list of activities is not filled in honestly.
_MOST_ACTIVITIES = 16
# Events by which each stage of the lifecycle can begin, in the order of a customer's life.
_OF_AN_ONBOARDING = ("go_live", "first_value", "exit", "first_value_or_exit", "all_value_milestones")
_STAGE_EVENTS = {
    "implementation": ("signature",),
    "onboarding": ("kickoff", "go_live"),
    "adoption": _OF_AN_ONBOARDING,
    "value_realization": _OF_AN_ONBOARDING,
    "renewal": ("renewal_due",),
    "churned": ("service_end",),
}
_STAGES_WITHOUT_DAYS = ("implementation", "churned")

# From the worst to the best.
_BANDS = ("red", "amber", "green")


def check(config: Config, view: ZoneView, as_of: date) -> Iterator[Problem]:
    """Problems of the policy tables; a rejected row of policy is an error, for a default would be no answer."""
    yield from _rejected(config, view)
    yield from _segments(config, view)
    yield from _activities(config, view)
    yield from _value_milestones(config, view)
    yield from _health(config, view)
    yield from _lifecycle_stages(config, view)
    yield from policy_rows.check(config)
    yield from policy_rules.check(config, view, as_of)
    if own_table(config.policy_dir, "segments") is None:
        yield Problem(
            "notice",
            POLICY,
            "segments",
            None,
            None,
            "default_segments",
            "the default segments and their targets for time to first value are in use",
            "confirm them by a segments.csv of your own in policy_dir",
        )


def _rejected(config: Config, view: ZoneView) -> Iterator[Problem]:
    """Rejected rows of the latest content of each table."""
    for table, row, reason, detail in view.rows(
        f"""
        select rejected.object, rejected.row_number, rejected.reason, rejected.detail
        from {view.quarantine()} as rejected
        where rejected.source = {literal(POLICY)}
            and rejected.load_id in (
                select max(load_id) from {view.loads()} where source = {literal(POLICY)} group by object
            )
        order by 1, 2
        """
    ):
        yield policy_problem(config, table, row, reason, detail, "correct the policy file")


def _segments(config: Config, view: ZoneView) -> Iterator[Problem]:
    """Bands of annual contract value have to meet: no value in two, none in none."""
    bands = [
        (segment, Decimal(low), None if high is None else Decimal(high), row)
        for segment, low, high, row in view.rows(
            f"select segment, {typed('acv_from', 'decimal')}, {typed('acv_below', 'decimal')}, _row_number "
            f"from {view.latest(POLICY, POLICY, 'segments')} order by 2, 4"
        )
    ]
    if not bands:
        yield policy_problem(config, "segments", None, "no_segments", "no segment is defined", "add at least one row")
        return
    mend = "let acv_below of one segment be acv_from of the next"
    first, lowest, _, row = bands[0]
    if lowest > 0:
        yield policy_problem(
            config,
            "segments",
            row,
            "segment_gap",
            f"no segment takes an annual contract value below {_money(lowest)}, where {first} begins",
            "let the lowest segment begin at 0",
        )
    for (name, _, high, _), (next_name, next_low, _, next_row) in pairwise(bands):
        if high is None or high > next_low:
            end = "has no upper end" if high is None else f"ends at {_money(high)}"
            yield policy_problem(
                config,
                "segments",
                next_row,
                "segment_overlap",
                f"{next_name} begins at {_money(next_low)} and {name} {end}: values in between belong to both",
                mend,
            )
        elif high < next_low:
            yield policy_problem(
                config,
                "segments",
                next_row,
                "segment_gap",
                f"{name} ends at {_money(high)} and {next_name} begins at {_money(next_low)}: "
                "values in between belong to none",
                mend,
            )
    for name, low, high, row in bands:
        if high is not None and high <= low:
            yield policy_problem(
                config,
                "segments",
                row,
                "segment_empty",
                f"{name} begins at {_money(low)} and ends at {_money(high)}",
                "let acv_below be greater than acv_from",
            )
    last, _, high, row = bands[-1]
    if high is not None and all(band[2] is not None for band in bands):
        yield policy_problem(
            config,
            "segments",
            row,
            "segment_gap",
            f"no segment takes an annual contract value of {_money(high)} and more, where {last} ends",
            "leave acv_below of the highest segment blank",
        )


def _money(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def _activities(config: Config, view: ZoneView) -> Iterator[Problem]:
    count = view.scalar(f"select count(*) from {view.latest(POLICY, POLICY, 'activities')}")
    if count > _MOST_ACTIVITIES:
        yield policy_problem(
            config,
            "activities",
            None,
            "too_many_activities",
            f"{count} activities; a list of more than {_MOST_ACTIVITIES} is not filled in honestly",
            f"merge activities until {_MOST_ACTIVITIES} or fewer are left",
        )


def _value_milestones(config: Config, view: ZoneView) -> Iterator[Problem]:
    milestones = view.latest(POLICY, POLICY, "value_milestones")
    segments = view.latest(POLICY, POLICY, "segments")
    if own_table(config.policy_dir, "value_milestones") is not None:
        for segment, row in view.rows(
            f"select segment, _row_number from {milestones} "
            f"where trim(segment) not in (select trim(segment) from {segments}) order by 2"
        ):
            yield policy_problem(
                config,
                "value_milestones",
                row,
                "unknown_segment",
                f"segment {segment!r} is not defined in segments.csv",
                "correct the name, or define the segment",
            )
    for segment, row in view.rows(
        f"select segment, _row_number from {segments} "
        f"where trim(segment) not in (select trim(segment) from {milestones}) order by 2"
    ):
        yield Problem(
            "notice",
            POLICY,
            "segments",
            shown_policy_file(config, "segments"),
            row,
            "no_value_milestone",
            f"no value milestone is named for segment {segment!r}; only milestones flagged as first value count",
            "name one in a value_milestones.csv of your own",
        )
    flag = typed("is_first_value", "boolean")
    for segment, rows in view.rows(
        f"select segment, list(_row_number order by _row_number) from {milestones} where {flag} "
        f"group by segment having count(*) > 1 order by segment"
    ):
        yield policy_problem(
            config,
            "value_milestones",
            rows[1],
            "two_first_values",
            f"segment {segment} names {len(rows)} milestones as first value",
            "let one milestone per segment be first value",
        )


def _health(config: Config, view: ZoneView) -> Iterator[Problem]:
    """At least one signal; bands that begin at 0 and rise from red over amber to green."""
    if not view.scalar(f"select count(*) from {view.latest(POLICY, POLICY, 'health_signals')}"):
        yield policy_problem(
            config, "health_signals", None, "no_health_signals", "no signal is defined", "add at least one row"
        )
    bands = {
        band: (Decimal(low), row)
        for band, low, row in view.rows(
            f"select trim(band), {typed('score_from', 'decimal')}, _row_number "
            f"from {view.latest(POLICY, POLICY, 'health_bands')} order by 3"
        )
    }
    missing = [band for band in _BANDS if band not in bands]
    if missing:
        yield policy_problem(
            config,
            "health_bands",
            None,
            "band_missing",
            f"{', '.join(missing)} is not defined",
            f"add one row for each of {', '.join(_BANDS)}",
        )
        return
    lows = [bands[band] for band in _BANDS]
    if lows[0][0] != 0:
        yield policy_problem(
            config,
            "health_bands",
            lows[0][1],
            "band_gap",
            f"no band takes a score below {_money(lows[0][0])}, where red begins",
            "let red begin at 0",
        )
    for (name, (low, _)), (next_name, (next_low, row)) in pairwise(zip(_BANDS, lows, strict=True)):
        if next_low <= low:
            yield policy_problem(
                config,
                "health_bands",
                row,
                "band_order",
                f"{next_name} begins at {_money(next_low)}, not above {name} at {_money(low)}",
                f"let {next_name} begin above {name}",
            )


def _lifecycle_stages(config: Config, view: ZoneView) -> Iterator[Problem]:
    """Every stage is defined, and begins by an event that can open it."""
    rows = view.rows(
        f"select stage, entered_at, coalesce({typed('days', 'integer')}, 0), _row_number "
        f"from {view.latest(POLICY, POLICY, 'lifecycle_stages')} order by 4"
    )
    for stage in _STAGE_EVENTS:
        if stage not in {row[0] for row in rows}:
            yield policy_problem(
                config,
                "lifecycle_stages",
                None,
                "missing_stage",
                f"stage {stage} is not defined",
                f"add a row for {stage}, entered_at {' or '.join(_STAGE_EVENTS[stage])}",
            )
    for stage, event, days, row in rows:
        events = _STAGE_EVENTS.get(stage, ())
        if event not in events:
            yield policy_problem(
                config,
                "lifecycle_stages",
                row,
                "wrong_event",
                f"stage {stage} cannot begin by {event}",
                f"use {' or '.join(events)}",
            )
        if stage in _STAGES_WITHOUT_DAYS and days != 0:
            yield policy_problem(
                config,
                "lifecycle_stages",
                row,
                "days_not_used",
                f"stage {stage} begins on the day of its event, not {days} days later",
                "leave days blank",
            )
