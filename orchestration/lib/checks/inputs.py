"""Checks that one file alone cannot answer, over what the raw zone holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import duckdb

from orchestration.lib.checks import policy as policy_checks
from orchestration.lib.checks.hierarchy import find_cycles
from orchestration.lib.checks.problem import Problem, sort_key
from orchestration.lib.checks.zone_view import ZoneView
from orchestration.lib.config import Config
from orchestration.lib.contracts import load_connectors
from orchestration.lib.contracts.sql import identifier
from orchestration.lib.loader.integrity import broken_loads
from orchestration.lib.loader.landing import scan, unreadable_delivery_folders
from orchestration.lib.loader.ledger import Ledger
from orchestration.lib.loader.policy import POLICY
from orchestration.lib.loader.zone import RawZone, session
from orchestration.lib.parameters.resolve import fiscal_year

# Objects whose amounts are converted to the reporting currency.
_MONEY_OBJECTS = ("subscriptions", "opportunities")


def check_inputs(config: Config, home: Path, as_of: date, known_at: datetime) -> list[Problem]:
    """Problems of the loaded inputs as they were known at ``known_at``, errors first.

    Rejected single rows are not repeated here; they are in the quarantine. An ``error`` means that no
    build may be published: see ``raise_errors``.
    """
    with session() as connection:
        view = ZoneView(connection, RawZone.of(home), known_at)
        problems = [
            *_broken_loads(home),
            *_landing(config, connection, view.zone),
            *policy_checks.check(config, view, as_of),
            *_nothing_accepted(config, view),
            *_unusable(config, view),
            *_currencies(config, view, as_of),
            *_cycles(config, view),
        ]
    return sorted(problems, key=sort_key)


def _broken_loads(home: Path) -> Iterator[Problem]:
    """Loads of which the raw zone does not hold what its manifest says."""
    for broken in broken_loads(home):
        yield Problem(
            "error",
            broken.source,
            broken.object or None,
            broken.file or None,
            None,
            "broken_load",
            f"load {broken.load_id}: {broken.problem}",
            broken.mend,
        )


def _landing(config: Config, connection: duckdb.DuckDBPyConnection, zone: RawZone) -> Iterator[Problem]:
    """Files that are there and not read, and files that were read and are there no more."""
    connectors = load_connectors()
    records = Ledger(zone, connection).records
    for name, source in config.sources.items():
        landing = scan(source.path, connectors[source.connector])
        for file in landing.unmatched:
            yield Problem("notice", name, None, file.relative, None, "unmatched_file", file.detail, "")
        present = {file.relative for file in landing.files}
        for relative in sorted(present):
            for folder in unreadable_delivery_folders(relative):
                yield Problem(
                    "warning",
                    name,
                    None,
                    relative,
                    None,
                    "unreadable_delivery",
                    f"folder {folder!r} does not carry a date, so the file counts as delivered when it was loaded",
                    "name it like delivered=2024-01-31",
                )
        loaded = {record.file: record for record in records if record.source == name and record.rows_loaded}
        # A file whose last content now lies under another name was moved.
        here = {record.file_hash for record in records if record.source == name and record.file in present}
        for relative in sorted(file for file in set(loaded) - present if loaded[file].file_hash not in here):
            yield Problem(
                "warning",
                name,
                loaded[relative].object,
                relative,
                None,
                "vanished_file",
                "the file was loaded before and is gone; its rows are kept",
                "put it back, or replace it with a file of the same name that holds what still applies",
            )


def _nothing_accepted(config: Config, view: ZoneView) -> Iterator[Problem]:
    """Objects for which files arrived and not one row was ever accepted."""
    for source, object_name, file, reason, detail in view.rows(
        f"""
        select source, object, arg_max(file, load_id), arg_max(reason, load_id), arg_max(detail, load_id)
        from {view.loads()}
        where source <> '{POLICY}'
        group by source, object
        having sum(rows_loaded) = 0 and (count(*) filter (status = 'quarantined') > 0 or sum(rows_quarantined) > 0)
        """
    ):
        if source not in config.sources:
            continue
        why = f"{reason}: {detail}" if reason else "every row was rejected"
        yield Problem(
            "error",
            source,
            object_name,
            file,
            None,
            "nothing_accepted",
            f"files of {object_name} arrived and no row of them could be used ({why})",
            "correct the file; `postsale check` lists each fault",
        )


def _unusable(config: Config, view: ZoneView) -> Iterator[Problem]:
    """No accounts, or no subscription lines: then there is nothing to measure."""
    for canonical in ("accounts", "subscriptions"):
        relations = [
            view.latest(name, connector, object_name)
            for name, connector, object_name, contract in view.objects(config, (canonical,))
            if canonical == "accounts" or any(column.clock == "term" for column in contract.columns.values())
        ]
        if any(view.scalar(f"select exists (select 1 from {relation})") for relation in relations):
            continue
        yield Problem(
            "error",
            ", ".join(config.sources),
            canonical,
            None,
            None,
            f"no_{canonical}",
            f"no usable {canonical} in any source",
            f"add rows to {canonical}, or connect the system that holds them",
        )


def _currencies(config: Config, view: ZoneView, as_of: date) -> Iterator[Problem]:
    """Amounts in a currency that has no rate for the fiscal year of ``as_of``."""
    year = fiscal_year(as_of, config.policy.fiscal_year_start_month)
    rated = {
        str(row[0]).strip().upper()
        for row in view.rows(
            f"select currency from {view.latest(POLICY, POLICY, 'fx_rates')} "
            f"where try_cast(trim(fiscal_year) as decimal(28, 6)) = {year}"
        )
    }
    known = sorted(rated | {config.reporting_currency})
    for name, connector, object_name, contract in view.objects(config, _MONEY_OBJECTS):
        for column in (name for name, declared in contract.columns.items() if declared.type == "currency"):
            currency = f"upper(trim({identifier(column)}))"
            for found, file, row, count in view.rows(
                f"select {currency}, arg_min(_file, (_load_id, _row_number)), "
                f"arg_min(_row_number, (_load_id, _row_number)), count(*) "
                f"from {view.latest(name, connector, object_name)} "
                f"where nullif({currency}, '') is not null and not list_contains($known, {currency}) "
                f"group by 1 order by 1",
                {"known": known},
            ):
                others = f" (and {count - 1} more rows)" if count > 1 else ""
                yield Problem(
                    "error",
                    name,
                    object_name,
                    file,
                    row,
                    "unknown_currency",
                    f"currency {found} has no rate for fiscal year {year}{others}",
                    f"add a row {found},{year},<{config.reporting_currency} for one {found}> "
                    "to fx_rates.csv in policy_dir, or correct the currency",
                )


def _cycles(config: Config, view: ZoneView) -> Iterator[Problem]:
    """Accounts that are, through their parents, above themselves."""
    parents: dict[str, str] = {}
    places: dict[str, tuple[str, str, str, int | None]] = {}
    for name, connector, object_name, contract in view.objects(config, ("accounts",)):
        if contract.parent is None:
            continue
        key, parent = identifier(contract.key[0]), identifier(contract.parent)
        for child, above, file, row in view.rows(
            f"select trim({key}), trim({parent}), _file, _row_number from {view.latest(name, connector, object_name)} "
            f"where nullif(trim({parent}), '') is not null order by 1"
        ):
            parents[child] = above
            places[child] = (name, object_name, file, row)
    for cycle in find_cycles(parents):
        source, object_name, file, row = places[cycle[0]]
        chain = " → ".join([*cycle, cycle[0]])
        yield Problem(
            "error",
            source,
            object_name,
            file,
            row,
            "hierarchy_cycle",
            f"the parents go round in a circle: {chain}",
            "clear the parent of one of these accounts",
        )
