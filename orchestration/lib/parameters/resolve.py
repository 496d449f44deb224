"""Decides ``as_of`` and ``known_at`` once, and describes the inputs as they were known then."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from orchestration.lib.config import Config
from orchestration.lib.contracts import Column, ObjectContract, load_connectors
from orchestration.lib.contracts.columns import PARAMETER_COLUMNS, SOURCE_STATUS_COLUMNS
from orchestration.lib.contracts.sql import literal, typed_column
from orchestration.lib.insert import create_table
from orchestration.lib.loader.policy import POLICY, own_table
from orchestration.lib.loader.versions import timestamp
from orchestration.lib.loader.zone import RawZone, session, write_table
from orchestration.lib.project import code_fingerprint

# Events without a newer one for this long read as stale, unless the contract says otherwise.
EXPECTED_EVERY_DAYS = 45
# A company of these alone has no events; then agreed ends of service count towards `as_of` too.
_CONTRACT_OBJECTS = frozenset({"accounts", "subscriptions", "opportunities"})


@dataclass(frozen=True)
class SourceStatus:
    """One object of one source (``source`` null when the connector is not configured).

    ``rows``: rows stored; ``latest_event_on``: latest business date known; ``is_stale``: nothing new
    for longer than expected, as of the build's ``as_of``.
    """

    source: str | None
    connector: str
    object: str
    canonical_object: str | None
    is_connected: bool
    rows: int
    latest_event_on: date | None
    last_loaded_at: datetime | None
    quarantined_rows: int
    expected_every_days: int | None
    is_stale: bool


@dataclass(frozen=True)
class BuildParameters:
    """The one row of parameters that the models read. Times are UTC without zone.

    ``as_of_origin``: ``argument``, ``configuration``, ``data`` (the latest business date) or
    ``known_at`` (no data at all).
    """

    as_of: date
    as_of_origin: str
    known_at: datetime
    last_closed_month_end: date
    reporting_currency: str
    time_zone: str
    account_grain: str
    renewal_grace_days: int
    sustained_use_weeks: int
    fiscal_year_start_month: int
    fiscal_year_of_as_of: int
    minimum_slice_accounts: int
    attribute_history: str
    usage_window_days: int
    usage_baseline_days: int
    engagement_days: int
    key_contact_roles: str
    live_no_value_days: int
    engaged_days: int
    stall_days: int
    post_live_days: int
    rework_percent: int
    core_feature_target: int
    health_backtest_days: int
    operating_model_weeks: int
    conflated_above_percent: int
    quarter_end_days: int
    comparison_minimum_books: int
    comparison_confidence_percent: int
    renewal_minimum_term_days: int
    renewal_match_days: int
    forecast_minimum_renewals: int
    policy_hash: str
    input_hash: str
    code_version: str
    build_id: str
    segments_are_default: bool
    sources: tuple[SourceStatus, ...]

    def write(self, home: Path) -> None:
        """Writes ``<home>/next/parameters.parquet`` and ``<home>/next/sources.parquet``, each atomically."""
        folder = Path(home) / "next"
        with session() as connection:
            values = {name: getattr(self, name) for name in PARAMETER_COLUMNS}
            _write(connection, [values], PARAMETER_COLUMNS, folder / "parameters.parquet")
            rows = [asdict(status) for status in self.sources]
            _write(connection, rows, SOURCE_STATUS_COLUMNS, folder / "sources.parquet")


def _write(
    connection: duckdb.DuckDBPyConnection, rows: list[dict[str, object]], columns: dict[str, str], target: Path
) -> None:
    create_table(connection, "written", columns, [[row[name] for name in columns] for row in rows], temporary=True)
    write_table(connection, "select * from written", target)


def resolve(config: Config, home: Path, as_of: date | None = None, known_at: datetime | None = None) -> BuildParameters:
    """The parameters of a build over what ``home`` holds.

    To be called after loading. ``known_at`` (default: now) masks row versions that arrived later; a
    time without zone is UTC. ``as_of``: the argument, else the configuration's, else the latest
    business date known and not after ``known_at``, in the reporting time zone.
    """
    moment = known_at or datetime.now(UTC)
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    zone = RawZone.of(home)
    with session() as connection:
        inputs = _Inputs(connection, zone, config, moment)
        statuses = inputs.statuses()
        chosen, origin = _as_of(config, as_of, statuses, inputs)
        statuses = tuple(replace(status, is_stale=_is_stale(status, chosen)) for status in statuses)
        scalars = config.policy
        policy_hash = _digest([scalars.model_dump(), inputs.policy_files()])
        input_hash = _digest(inputs.source_files())
        code_version = code_fingerprint()
        identity = [chosen, origin, moment, policy_hash, input_hash, code_version, config.reporting_currency]
        return BuildParameters(
            as_of=chosen,
            as_of_origin=origin,
            known_at=moment.replace(tzinfo=None),
            last_closed_month_end=last_month_end(chosen),
            reporting_currency=config.reporting_currency,
            time_zone=config.time_zone,
            account_grain=scalars.account_grain,
            renewal_grace_days=scalars.renewal_grace_days,
            sustained_use_weeks=scalars.sustained_use_weeks,
            fiscal_year_start_month=scalars.fiscal_year_start_month,
            fiscal_year_of_as_of=fiscal_year(chosen, scalars.fiscal_year_start_month),
            minimum_slice_accounts=scalars.minimum_slice_accounts,
            attribute_history=scalars.attribute_history,
            usage_window_days=scalars.usage_window_days,
            usage_baseline_days=scalars.usage_baseline_days,
            engagement_days=scalars.engagement_days,
            key_contact_roles=",".join(scalars.key_contact_roles),
            live_no_value_days=scalars.live_no_value_days,
            engaged_days=scalars.engaged_days,
            stall_days=scalars.stall_days,
            post_live_days=scalars.post_live_days,
            rework_percent=scalars.rework_percent,
            core_feature_target=scalars.core_feature_target,
            health_backtest_days=scalars.health_backtest_days,
            operating_model_weeks=scalars.operating_model_weeks,
            conflated_above_percent=scalars.conflated_above_percent,
            quarter_end_days=scalars.quarter_end_days,
            comparison_minimum_books=scalars.comparison_minimum_books,
            comparison_confidence_percent=scalars.comparison_confidence_percent,
            renewal_minimum_term_days=scalars.renewal_minimum_term_days,
            renewal_match_days=scalars.renewal_match_days,
            forecast_minimum_renewals=scalars.forecast_minimum_renewals,
            policy_hash=policy_hash,
            input_hash=input_hash,
            code_version=code_version,
            build_id=f"{moment:%Y%m%dT%H%M%S}-{_digest(identity)[:8]}",
            segments_are_default=own_table(config.policy_dir, "segments") is None,
            sources=statuses,
        )


def last_month_end(day: date) -> date:
    """The latest last day of a month that is not after ``day``."""
    next_day = day + timedelta(days=1)
    return day if next_day.day == 1 else day.replace(day=1) - timedelta(days=1)


def fiscal_year(day: date, start_month: int) -> int:
    """The fiscal year of ``day``: the calendar year it ends in (with start month 1, the calendar year)."""
    return day.year if start_month == 1 or day.month < start_month else day.year + 1


def _is_stale(status: SourceStatus, as_of: date) -> bool:
    if not status.is_connected or status.expected_every_days is None or status.latest_event_on is None:
        return False
    return status.latest_event_on < as_of - timedelta(days=status.expected_every_days)


def _as_of(
    config: Config, argument: date | None, statuses: tuple[SourceStatus, ...], inputs: _Inputs
) -> tuple[date, str]:
    if argument is not None:
        return argument, "argument"
    if config.as_of is not None:
        return config.as_of, "configuration"
    dates = [status.latest_event_on for status in statuses if status.latest_event_on is not None]
    connected = {status.canonical_object for status in statuses if status.is_connected}
    if connected <= _CONTRACT_OBJECTS:
        dates += inputs.latest_terms(statuses)
    return (max(dates), "data") if dates else (inputs.today, "known_at")


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


class _Inputs:
    """Questions to the raw zone, each answered as it was known at one moment."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, zone: RawZone, config: Config, known_at: datetime
    ) -> None:
        self._connection = connection
        self._zone = zone
        self._config = config
        self._known_at = timestamp(known_at)
        self.today = known_at.astimezone(ZoneInfo(config.time_zone)).date()

    def statuses(self) -> tuple[SourceStatus, ...]:
        counted = {
            (source, name): (loaded, quarantined, last)
            for source, name, loaded, quarantined, last in self._connection.execute(
                f"select source, object, sum(rows_loaded), sum(rows_quarantined), max(loaded_at) "
                f"from {self._zone.loads_relation()} where known_at <= {self._known_at} group by all"
            ).fetchall()
        }
        found: list[SourceStatus] = []
        for connector_name, connector in load_connectors().items():
            if connector.is_policy:
                continue
            sources: list[str | None] = [
                name for name, source in self._config.sources.items() if source.connector == connector_name
            ]
            for object_name, contract in connector.objects.items():
                for source in sources or [None]:
                    loaded, quarantined, last = counted.get((source, object_name), (0, 0, None))
                    found.append(
                        SourceStatus(
                            source=source,
                            connector=connector_name,
                            object=object_name,
                            canonical_object=contract.canonical,
                            is_connected=loaded > 0,
                            rows=int(loaded),
                            latest_event_on=self._latest(source, connector_name, object_name, contract, "event")
                            if loaded
                            else None,
                            last_loaded_at=last,
                            quarantined_rows=int(quarantined),
                            expected_every_days=contract.expected_every_days
                            or (EXPECTED_EVERY_DAYS if contract.event_date else None),
                            is_stale=False,
                        )
                    )
        return tuple(found)

    def latest_terms(self, statuses: tuple[SourceStatus, ...]) -> list[date]:
        """The latest agreed end of service of each connected object, where it has one."""
        connectors = load_connectors()
        found = [
            self._latest(
                status.source,
                status.connector,
                status.object,
                connectors[status.connector].objects[status.object],
                "term",
            )
            for status in statuses
            if status.is_connected
        ]
        return [day for day in found if day is not None]

    def _latest(
        self, source: str | None, connector: str, object_name: str, contract: ObjectContract, clock: str
    ) -> date | None:
        columns = {name: column for name, column in contract.columns.items() if column.clock == clock}
        if not columns or source is None:
            return None
        today = f"date '{self.today.isoformat()}'"
        latest = [f"max({day}) filter ({day} <= {today})" for day in map(self._day, columns, columns.values())]
        row = self._connection.execute(
            f"select greatest({', '.join([*latest, 'null::date'])}) "
            f"from {self._zone.object_relation(connector, object_name)} "
            f"where _source = {literal(source)} and _known_at <= {self._known_at} and not _is_withdrawn"
        ).fetchone()
        assert row is not None
        value: date | None = row[0]
        return value

    def _day(self, name: str, column: Column) -> str:
        """SQL of the date in the reporting time zone."""
        value = typed_column(name, column)
        if column.type == "date":
            return f"({value})"
        return f"cast(timezone({literal(self._config.time_zone)}, timezone('UTC', {value})) as date)"

    def policy_files(self) -> list[tuple[str, str]]:
        """The content of each policy table in force."""
        rows: list[tuple[str, str]] = self._connection.execute(
            f"select object, arg_max(file_hash, load_id) from {self._zone.loads_relation()} "
            f"where source = {literal(POLICY)} and status = 'loaded' and known_at <= {self._known_at} "
            f"group by object order by object"
        ).fetchall()
        return rows

    def source_files(self) -> list[tuple[str, str, str, str]]:
        """Every content that arrived, in the order of loading."""
        rows: list[tuple[str, str, str, str]] = self._connection.execute(
            f"select source, object, file, file_hash from {self._zone.loads_relation()} "
            f"where source <> {literal(POLICY)} and known_at <= {self._known_at} order by load_id"
        ).fetchall()
        return rows
