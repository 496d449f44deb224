"""Rules of policy tables that a single row cannot show: tables against each other, against the inputs, in their order.

What one row can show (types, allowed values, bounds) is in the contract and rejects the row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from orchestration.lib.checks.policy_problem import policy_problem
from orchestration.lib.checks.problem import Problem
from orchestration.lib.checks.zone_view import ZoneView
from orchestration.lib.config import Config
from orchestration.lib.contracts.sql import identifier, literal, typed
from orchestration.lib.loader.policy import POLICY, own_table

_FEWEST_SIGNALS, _MOST_SIGNALS = 4, 6
_ADOPTION_STAGES = ("activation", "habit", "expansion")
_HANDOFF_KINDS = ("sales_to_onboarding", "implementation_to_success", "onboarding_to_steady_state")


@dataclass(frozen=True)
class Bounds:
    """Between which values a number of a rule makes sense."""

    low: Decimal
    high: Decimal
    meaning: str

    def hold(self, number: Decimal) -> bool:
        return self.low <= number <= self.high


_SHARE = Bounds(Decimal(0), Decimal(1), "a share from 0 to 1")
_SCORE = Bounds(Decimal(0), Decimal(100), "a score from 0 to 100")
_COUNT = Bounds(Decimal(1), Decimal(10_000), "a whole number of 1 or more")
#: What ``threshold`` means to each kind of warning that reads one.
_THRESHOLDS = {
    "usage_decline": Bounds(Decimal(-1), Decimal(0), "a change from -1 to 0: -0.3 is 30 % less"),
    "unused_core_feature": _COUNT,
    "silent_low_adoption": _SHARE,
    "stall": _COUNT,
    "health_below_threshold": _SCORE,
    "handoff_incomplete": _SHARE,
    "renewal_near_poor_health": _SCORE,
}
#: Kinds that raise nothing without their number.
_NEEDS_THRESHOLD = (
    "usage_decline",
    "unused_core_feature",
    "silent_low_adoption",
    "stall",
    "health_below_threshold",
    "renewal_near_poor_health",
)
_NEEDS_WINDOW = ("silent_low_adoption", "sponsor_silent", "renewal_near_poor_health")


def check(config: Config, view: ZoneView, as_of: date) -> Iterator[Problem]:
    yield from _segment_targets(config, view)
    yield from _rates(config, view)
    yield from _milestone_rules(config, view)
    yield from _meaningful_events(config, view)
    yield from _features_of_what_is_sold(config, view)
    yield from _operating_models(config, view)
    yield from _segments_of("cadence", config, view)
    yield from _segments_of("benchmarks", config, view)
    yield from _cadence(config, view)
    yield from _benchmarks(config, view)
    yield from _signals(config, view)
    yield from _warning_rules(config, view)
    yield from _handoffs(config, view)
    yield from _adoption_stages(config, view)
    yield from _holidays(config, view, as_of)


def _is_own(config: Config, table: str) -> bool:
    return own_table(config.policy_dir, table) is not None


def _table(view: ZoneView, table: str) -> str:
    return view.latest(POLICY, POLICY, table)


def _shown(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _segment_targets(config: Config, view: ZoneView) -> Iterator[Problem]:
    for segment, target, good, least, most, row in view.rows(
        f"select segment, {typed('target_days', 'integer')}, {typed('good_days', 'integer')}, "
        f"{typed('load_min', 'integer')}, {typed('load_max', 'integer')}, _row_number "
        f"from {_table(view, 'segments')} order by 6"
    ):
        if good is not None and good > target:
            yield policy_problem(
                config,
                "segments",
                row,
                "good_after_target",
                f"{segment} is good within {good} days and on target within {target}",
                "let good_days be at most target_days",
            )
        if least is not None and most is not None and least > most:
            yield policy_problem(
                config,
                "segments",
                row,
                "load_order",
                f"the load of {segment} runs from {least} to {most}",
                "let load_min be at most load_max",
            )


def _rates(config: Config, view: ZoneView) -> Iterator[Problem]:
    """The reporting currency is its own measure."""
    for rate, row in view.rows(
        f"select {typed('rate', 'decimal')}, _row_number from {_table(view, 'fx_rates')} "
        f"where upper(trim(currency)) = {literal(config.reporting_currency)} "
        f"and {typed('rate', 'decimal')} <> 1 order by 2"
    ):
        yield policy_problem(
            config,
            "fx_rates",
            row,
            "rate_of_reporting_currency",
            f"{config.reporting_currency} is the reporting currency and has a rate of {_shown(rate)}",
            "delete the row, or state the rates of the other currencies",
        )


def _milestone_rules(config: Config, view: ZoneView) -> Iterator[Problem]:
    """A threshold without an event observes nothing; numbers below their least value never hold, or always."""
    for name, event, threshold, days, row in view.rows(
        f"select milestone_name, nullif(trim(event_name), ''), {typed('threshold', 'integer')}, "
        f"{typed('within_days', 'integer')}, _row_number from {_table(view, 'value_milestones')} order by 5"
    ):
        if event is None and (threshold is not None or days is not None):
            yield policy_problem(
                config,
                "value_milestones",
                row,
                "rule_without_event",
                f"{name} has a threshold or a number of days and no event that they are counted of",
                "name the usage event in event_name, or leave threshold and within_days blank",
            )
        for column, number, least in (("threshold", threshold, 1), ("within_days", days, 0)):
            if number is not None and number < least:
                yield policy_problem(
                    config,
                    "value_milestones",
                    row,
                    "rule_out_of_bounds",
                    f"{column} of {name} is {number}",
                    f"use {least} or more",
                )


def _meaningful_events(config: Config, view: ZoneView) -> Iterator[Problem]:
    """An event cannot be a mere sign-in and meaningful use at once."""
    for event, rows in view.rows(
        f"select lower(trim(event_name)), list(_row_number order by _row_number) "
        f"from {_table(view, 'meaningful_events')} where nullif(trim(event_name), '') is not null "
        f"group by 1 having count(distinct kind) > 1 order by 1"
    ):
        yield policy_problem(
            config,
            "meaningful_events",
            rows[-1],
            "event_of_two_kinds",
            f"{event} is both a sign-in and meaningful use",
            "keep the row of the one that it is",
        )


def _features_of_what_is_sold(config: Config, view: ZoneView) -> Iterator[Problem]:
    """Products without features: what their customers could adopt is not known."""
    if not _is_own(config, "product_features"):
        return
    known = f"(select lower(trim(product)) from {_table(view, 'product_features')})"
    for name, connector, object_name, contract in view.objects(config, ("subscriptions",)):
        if contract.product is None:
            continue
        product = f"trim({identifier(contract.product)})"
        for found, file, row in view.rows(
            f"select arg_min({product}, (_load_id, _row_number)), arg_min(_file, (_load_id, _row_number)), "
            f"arg_min(_row_number, (_load_id, _row_number)) from {view.latest(name, connector, object_name)} "
            f"where nullif({product}, '') is not null and lower({product}) not in {known} "
            f"group by lower({product}) order by 1"
        ):
            yield Problem(
                "notice",
                name,
                object_name,
                file,
                row,
                "product_without_features",
                f"product {found!r} is sold and has no feature in product_features.csv: its adoption is unknown",
                f"add a row {found},<feature> to product_features.csv for each feature it includes",
            )


def _operating_models(config: Config, view: ZoneView) -> Iterator[Problem]:
    """Books of people whom no source knows are nobody's; a model that follows itself is no change."""
    known: set[str] = set()
    for name, connector, object_name, contract in view.objects(config, ("people",)):
        for column in (column for column, declared in contract.columns.items() if declared.type == "email"):
            email = f"lower(trim({identifier(column)}))"
            known |= {row[0] for row in view.rows(f"select {email} from {view.latest(name, connector, object_name)}")}
    before: tuple[str, str] | None = None
    for email, model, row in view.rows(
        f"select lower(trim(csm_email)), operating_model, _row_number from {_table(view, 'operating_models')} "
        f"order by 1, {typed('from_on', 'date')}"
    ):
        if known and email not in known:
            yield policy_problem(
                config,
                "operating_models",
                row,
                "unknown_csm",
                f"{email} is nobody of whom a source of people knows",
                "correct the address",
                severity="warning",
            )
        if before == (email, model):
            yield policy_problem(
                config,
                "operating_models",
                row,
                "model_unchanged",
                f"the book of {email} is {model} already before this row",
                "delete the row, or correct its model",
                severity="notice",
            )
        before = (email, model)


def _segments_of(table: str, config: Config, view: ZoneView) -> Iterator[Problem]:
    """Rows of a segment that is not defined apply to nobody. A default table may name more than a company has."""
    if not _is_own(config, table):
        return
    for segment, row in view.rows(
        f"select trim(segment), _row_number from {_table(view, table)} where nullif(trim(segment), '') is not null "
        f"and trim(segment) not in (select trim(segment) from {_table(view, 'segments')}) order by 2"
    ):
        yield policy_problem(
            config,
            table,
            row,
            "unknown_segment",
            f"segment {segment!r} is not defined in segments.csv",
            "correct the name, or define the segment",
        )


def _cadence(config: Config, view: ZoneView) -> Iterator[Problem]:
    """All meeting kinds of one touch share its rhythm: two rhythms would be owed as two touches of one name."""
    for segment, touch, rows in view.rows(
        f"select trim(segment), trim(touch), list(_row_number order by _row_number) from {_table(view, 'cadence')} "
        f"group by 1, 2 having count(distinct coalesce('every ' || trim(every_days), 'by ' || trim(by_day))) > 1 "
        f"order by 1, 2"
    ):
        yield policy_problem(
            config,
            "cadence",
            rows[-1],
            "touch_of_two_rhythms",
            f"{touch} of {segment} has more than one rhythm in rows {', '.join(map(str, rows))}",
            "give all its rows the same every_days or by_day, or name the other rhythm as a touch of its own",
        )


def _benchmarks(config: Config, view: ZoneView) -> Iterator[Problem]:
    for metric, low, high, row in view.rows(
        f"select metric, {typed('value', 'decimal')}, {typed('upper_value', 'decimal')}, _row_number "
        f"from {_table(view, 'benchmarks')} "
        f"where {typed('upper_value', 'decimal')} < {typed('value', 'decimal')} order by 4"
    ):
        yield policy_problem(
            config,
            "benchmarks",
            row,
            "benchmark_order",
            f"{metric} runs from {_shown(low)} to {_shown(high)}",
            "let upper_value be at least value, or blank",
        )


def _signals(config: Config, view: ZoneView) -> Iterator[Problem]:
    if not view.scalar(f"select count(*) from {_table(view, 'onboarding_health_signals')}"):
        yield policy_problem(
            config,
            "onboarding_health_signals",
            None,
            "no_health_signals",
            "no signal is defined",
            "add at least one row",
        )
    count = view.scalar(f"select count(*) from {_table(view, 'health_signals')}")
    if count and not _FEWEST_SIGNALS <= count <= _MOST_SIGNALS:
        yield policy_problem(
            config,
            "health_signals",
            None,
            "number_of_signals",
            f"{count} signals; {_FEWEST_SIGNALS} to {_MOST_SIGNALS} are enough to rest on and few enough to explain",
            f"keep {_FEWEST_SIGNALS} to {_MOST_SIGNALS} of them",
            severity="notice",
        )
    for table in ("health_signals", "onboarding_health_signals"):
        for reading, rows in view.rows(
            f"select input, list(_row_number order by _row_number) from {_table(view, table)} "
            f"group by 1 having count(*) > 1 order by 1"
        ):
            yield policy_problem(
                config,
                table,
                rows[-1],
                "input_read_twice",
                f"{len(rows)} signals read {reading}, which counts it with both their weights",
                "let one signal read it, with the weight of both",
            )


def _warning_rules(config: Config, view: ZoneView) -> Iterator[Problem]:
    """A rule without the number that it reads never warns; one beyond the numbers that can be always does, or never."""
    for kind, threshold, window, row in view.rows(
        f"select kind, {typed('threshold', 'decimal')}, {typed('window_days', 'integer')}, _row_number "
        f"from {_table(view, 'warning_rules')} where {typed('is_active', 'boolean')} order by 4"
    ):
        if threshold is None and kind in _NEEDS_THRESHOLD:
            meaning = _THRESHOLDS[kind].meaning
            yield policy_problem(
                config,
                "warning_rules",
                row,
                "rule_without_threshold",
                f"{kind} is active and raises nothing without a threshold",
                f"state threshold as {meaning}, or switch the rule off by is_active false",
            )
        bounds = _THRESHOLDS.get(kind)
        if bounds is not None and threshold is not None and not bounds.hold(Decimal(threshold)):
            yield policy_problem(
                config,
                "warning_rules",
                row,
                "rule_out_of_bounds",
                f"threshold of {kind} is {_shown(Decimal(threshold))}",
                f"use {bounds.meaning}",
            )
        if window is None and kind in _NEEDS_WINDOW:
            yield policy_problem(
                config,
                "warning_rules",
                row,
                "rule_without_window",
                f"{kind} is active and raises nothing without window_days",
                "state window_days, or switch the rule off by is_active false",
            )


def _handoffs(config: Config, view: ZoneView) -> Iterator[Problem]:
    """Every kind of handoff has something to be complete by; bands begin at 0, each at a share of its own."""
    required = {
        row[0]
        for row in view.rows(
            f"select kind from {_table(view, 'handoff_fields')} where {typed('is_required', 'boolean')} group by kind"
        )
    }
    for kind in _HANDOFF_KINDS:
        if kind not in required:
            yield policy_problem(
                config,
                "handoff_fields",
                None,
                "no_required_field",
                f"no field of a {kind} handoff is required, so that its completeness is unknown",
                f"let is_required be true for at least one field of {kind}",
                severity="warning",
            )
    bands = view.rows(
        f"select band, {typed('completeness_from', 'decimal')}, _row_number from {_table(view, 'handoff_bands')} "
        f"order by 2, 3"
    )
    if not bands or bands[0][1] != 0:
        yield policy_problem(
            config,
            "handoff_bands",
            bands[0][2] if bands else None,
            "band_gap",
            f"no band takes a completeness below {_shown(bands[0][1])}" if bands else "no band is defined",
            "let the lowest band begin at 0",
        )
    for (name, low, _), (next_name, next_low, row) in pairwise(bands):
        if low == next_low:
            yield policy_problem(
                config,
                "handoff_bands",
                row,
                "band_order",
                f"{name} and {next_name} both begin at {_shown(low)}",
                "let each band begin at a share of its own",
            )


def _adoption_stages(config: Config, view: ZoneView) -> Iterator[Problem]:
    """Activation asks for nothing, and no stage asks for less than the one before it."""
    found = {
        stage: (weeks, Decimal(rate), row)
        for stage, weeks, rate, row in view.rows(
            f"select stage, coalesce({typed('active_weeks', 'integer')}, 0), "
            f"coalesce({typed('adoption_rate_from', 'decimal')}, 0), _row_number "
            f"from {_table(view, 'adoption_stages')} order by 4"
        )
    }
    for stage in _ADOPTION_STAGES:
        if stage not in found:
            yield policy_problem(
                config,
                "adoption_stages",
                None,
                "missing_stage",
                f"stage {stage} is not defined",
                f"add a row for {stage}",
            )
    ordered = [(stage, *found[stage]) for stage in _ADOPTION_STAGES if stage in found]
    for (name, weeks, rate, _), (next_name, next_weeks, next_rate, row) in pairwise(ordered):
        if next_weeks < weeks or next_rate < rate or (next_weeks, next_rate) == (weeks, rate):
            yield policy_problem(
                config,
                "adoption_stages",
                row,
                "stage_order",
                f"{next_name} asks for no more than {name}, so that one of them is never reached",
                f"let {next_name} ask for more weeks or a greater share than {name}, and for less of neither",
            )


def _holidays(config: Config, view: ZoneView, as_of: date) -> Iterator[Problem]:
    """A calendar that ends before the data do makes business days of the holidays after it."""
    last, row = view.rows(
        f"select max({typed('holiday_on', 'date')}), arg_max(_row_number, {typed('holiday_on', 'date')}) "
        f"from {_table(view, 'holidays')}"
    )[0]
    if last is not None and last.year < as_of.year:
        yield policy_problem(
            config,
            "holidays",
            row,
            "holidays_end",
            f"the last holiday is {last.isoformat()}: every weekday up to {as_of.isoformat()} counts as a business day",
            f"add the holidays of {last.year + 1} and later",
            severity="notice",
        )
