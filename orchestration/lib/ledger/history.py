"""Published values over time, and why one of them changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration.lib.ledger.entries import BUILD, WITHDRAWN, Ledger
from orchestration.lib.semantic.periods import end_of, start_of

COLUMNS = (
    "metric_time",
    "slice",
    "published_at",
    "build_id",
    "as_of",
    "value",
    "previous_value",
    "difference",
    "is_restatement",
    "causes",
)


def history(
    home: Path, metric: str, grain: str, at: date | None = None, where: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Every published value of a metric in one slice (default: the total), by period and time of publishing.

    A value is a restatement when the period was closed, on the `as_of` of the value before, and the number differs.
    `causes` then names what differed between the two builds: rows, policy, definition, code, fx.
    """
    ledger = Ledger.of(home)
    wanted = json.dumps(dict(sorted((where or {}).items())), ensure_ascii=False)
    period = start_of(at, grain) if at is not None else None
    with duckdb.connect() as connection:
        cursor = connection.execute(
            f"""
            select
                entries.metric_time, entries.slice, entries.published_at, entries.build_id, entries.as_of, entries.kind,
                entries.value, entries.definition_hash, builds.previous_build, entries.sequence
            from {ledger.relation()} as entries
            inner join (
                select build_id, sequence, lag(sequence) over (order by sequence) as previous_build
                from {ledger.relation()} where kind = '{BUILD}'
            ) as builds on entries.build_id = builds.build_id
            where entries.metric = ? and entries.grain = ? and entries.slice = ?
                and (? is null or entries.metric_time = ?)
            order by entries.metric_time, entries.sequence
            """,
            [metric, grain, wanted, period, period],
        )
        names = [column[0] for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        builds = _builds(connection, ledger)
    rows: list[dict[str, Any]] = []
    before: dict[str, Any] | None = None
    for entry in found:
        if before is not None and before["metric_time"] != entry["metric_time"]:
            before = None
        rows.append(_row(entry, before, builds, grain))
        before = entry
    return rows


def _builds(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> dict[int, dict[str, Any]]:
    names = ("sequence", "build_id", "as_of", "input_hash", "policy_hash", "code_version")
    rows = connection.execute(f"select {', '.join(names)} from {ledger.relation()} where kind = '{BUILD}'").fetchall()
    return {row[0]: dict(zip(names, row, strict=True)) for row in rows}


def _row(
    entry: Mapping[str, Any], before: Mapping[str, Any] | None, builds: Mapping[int, Mapping[str, Any]], grain: str
) -> dict[str, Any]:
    value, previous = entry["value"], before["value"] if before is not None else None
    was_published = before is not None and before["kind"] != WITHDRAWN
    last_build = builds.get(entry["previous_build"])
    was_closed = (
        was_published
        and last_build is not None
        and entry["metric_time"] is not None
        and end_of(entry["metric_time"], grain) <= last_build["as_of"]
    )
    restated = bool(was_closed and value != previous)
    return {
        "metric_time": entry["metric_time"],
        "slice": entry["slice"],
        "published_at": entry["published_at"],
        "build_id": entry["build_id"],
        "as_of": entry["as_of"],
        "value": float(value) if value is not None else None,
        "previous_value": float(previous) if previous is not None else None,
        "difference": float(value) - float(previous) if value is not None and previous is not None else None,
        "is_restatement": restated,
        "causes": ", ".join(_causes(entry, before, last_build, builds)) if restated else None,
    }


def _causes(
    entry: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    last_build: Mapping[str, Any] | None,
    builds: Mapping[int, Mapping[str, Any]],
) -> list[str]:
    """What differs between the build that published the value and the one before it."""
    assert before is not None
    assert last_build is not None
    this = next(build for build in builds.values() if build["build_id"] == entry["build_id"])
    found = []
    if this["input_hash"] != last_build["input_hash"]:
        found.append("rows")
    if this["policy_hash"] != last_build["policy_hash"]:
        found.append("policy")
    if entry["definition_hash"] != before["definition_hash"]:
        found.append("definition")
    if this["code_version"] != last_build["code_version"]:
        found.append("code")
    if this["as_of"] != last_build["as_of"]:
        found.append("as_of")
    return found
