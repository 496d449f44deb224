"""Published values over time, and why one of them changed."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import duckdb

from orchestration.lib.ledger.entries import BUILD, CAUSE, PART, VALUE, WITHDRAWN, Ledger
from orchestration.lib.ledger.restated import is_same
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
# Enough digits for any two published numbers to be subtracted without rounding.
DIGITS = 400
DIFF_CONTEXT = 2


def history(
    home: Path, metric: str, grain: str, at: date | None = None, where: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Every published value of a metric in one slice (default: the total), by period and time of publishing.

    A value is a restatement when the period was closed, on the `as_of` of both builds, and the number differs. `causes`
    then says how far each cause moved it, and `parts` holds the same as steps (`cause`, `before`, `after`,
    `difference`, exact decimals that add up) with `findings`: what each cause consists of.
    """
    ledger = Ledger.of(home)
    wanted = json.dumps(dict(sorted((where or {}).items())), ensure_ascii=False)
    period = start_of(at, grain) if at is not None else None
    with duckdb.connect() as connection:
        connection.execute(f"create temp view ledger as select * from {ledger.relation()}")
        builds = _builds(connection)
        found = _records(
            connection,
            f"""
            select
                entries.metric_time, entries.slice, entries.published_at, entries.build_id, entries.as_of, entries.kind,
                entries.value, entries.definition_hash, entries.sequence, builds.sequence as build
            from ledger as entries
            asof inner join (select sequence from ledger where kind = '{BUILD}') as builds
                on entries.sequence >= builds.sequence
            where entries.kind in ('{VALUE}', '{WITHDRAWN}') and entries.metric = ? and entries.grain = ?
                and entries.slice = ? and (? is null or entries.metric_time = ?)
            order by entries.metric_time, entries.sequence
            """,
            [metric, grain, wanted, period, period],
        )
        rows: list[dict[str, Any]] = []
        before: dict[str, Any] | None = None
        for entry in found:
            if before is not None and before["metric_time"] != entry["metric_time"]:
                before = None
            rows.append(_row(connection, ledger, metric, entry, before, builds, grain))
            before = entry
    return rows


def _records(connection: duckdb.DuckDBPyConnection, sql: str, values: list[Any]) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _builds(connection: duckdb.DuckDBPyConnection) -> dict[int, dict[str, Any]]:
    """Builds by the sequence number of their own entry; `previous` is the number of the one before, or None."""
    rows = _records(
        connection,
        "select sequence, lag(sequence) over (order by sequence) as previous, build_id, as_of, input_hash, "
        f"policy_hash, code_version from ledger where kind = '{BUILD}'",
        [],
    )
    return {row["sequence"]: row for row in rows}


def _row(
    connection: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    metric: str,
    entry: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    builds: Mapping[int, Mapping[str, Any]],
    grain: str,
) -> dict[str, Any]:
    value, previous = entry["value"], before["value"] if before is not None else None
    build = builds[entry["build"]]
    last_build = builds.get(build["previous"])
    restated = (
        before is not None
        and before["kind"] != WITHDRAWN
        and last_build is not None
        and entry["metric_time"] is not None
        and end_of(entry["metric_time"], grain) <= min(last_build["as_of"], entry["as_of"])
        and not is_same(previous, value)
    )
    row: dict[str, Any] = {
        "metric_time": entry["metric_time"],
        "slice": entry["slice"],
        "published_at": entry["published_at"],
        "build_id": entry["build_id"],
        "as_of": entry["as_of"],
        "value": _number(value),
        "previous_value": _number(previous),
        "difference": difference(previous, value),
        "is_restatement": restated,
        "causes": None,
        "parts": [],
        "findings": [],
    }
    if restated:
        assert before is not None
        assert last_build is not None
        parts = _parts(connection, metric, grain, entry)
        row["parts"] = parts
        row["findings"] = list(_findings(connection, ledger, metric, entry["build"], {part["cause"] for part in parts}))
        row["causes"] = _in_words(parts) or ", ".join(_differing(entry, before, build, last_build))
    return row


def _parts(
    connection: duckdb.DuckDBPyConnection, metric: str, grain: str, entry: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The steps from the value before to this one, in order."""
    texts = connection.execute(
        f"""
        select value from ledger
        where kind = '{PART}' and metric = ? and grain = ? and metric_time = ? and slice = ?
            and sequence > ? and sequence < coalesce(
                (select min(sequence) from ledger where kind = '{BUILD}' and sequence > ?), 9223372036854775807
            )
        order by sequence
        """,
        [metric, grain, entry["metric_time"], entry["slice"], entry["build"], entry["build"]],
    ).fetchall()
    parts = sorted((json.loads(text) for (text,) in texts), key=lambda part: int(part["step"]))
    return [
        {
            "cause": part["cause"],
            "before": _number(part["before"]),
            "after": _number(part["after"]),
            "difference": difference(part["before"], part["after"]),
        }
        for part in parts
    ]


def _findings(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, metric: str, build: int, causes: set[str]
) -> Iterator[dict[str, Any]]:
    """What the causes of a metric's restatements in a build consist of; definitions with their diff."""
    wanted = {single for cause in causes for single in cause.split(" and ")}
    for (text,) in connection.execute(
        f"""
        select value from ledger
        where kind = '{CAUSE}' and sequence > ? and sequence < coalesce(
            (select min(sequence) from ledger where kind = '{BUILD}' and sequence > ?), 9223372036854775807
        )
        order by sequence
        """,
        [build, build],
    ).fetchall():
        finding = json.loads(text)
        if finding["cause"] not in wanted or metric not in finding["metrics"]:
            continue
        found = {name: finding[name] for name in ("cause", "object", "count", "items")}
        if finding["cause"] == "definition":
            found["diff"] = [
                line for item in finding["items"] for line in definition_diff(ledger, *item["columns"]["hash"])
            ]
        yield found


def definition_diff(ledger: Ledger, before: str, after: str) -> list[str]:
    """Unified diff of two definitions that the ledger keeps, by their hashes."""
    texts = []
    for known in (before, after):
        path = ledger.definitions / f"{known}.json"
        texts.append(path.read_text().splitlines() if path.exists() else [f"(the definition {known} is missing)"])
    return list(difflib.unified_diff(texts[0], texts[1], "before", "after", lineterm="", n=DIFF_CONTEXT))


def difference(before: str | None, after: str | None) -> Decimal | None:
    """Exact difference of two published numbers; None when one of them is none."""
    if before is None or after is None:
        return None
    with localcontext() as context:
        context.prec = DIGITS
        return Decimal(after) - Decimal(before)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def by_cause(parts: Iterable[Mapping[str, Any]]) -> dict[str, Decimal | None]:
    """Sum of the differences of each cause, in order; None where a number came or went."""
    sums: dict[str, Decimal | None] = {}
    with localcontext() as context:
        context.prec = DIGITS
        for part in parts:
            cause, moved = part["cause"], part["difference"]
            known = sums.get(cause, Decimal(0))
            sums[cause] = known + moved if known is not None and moved is not None else None
    return sums


def _in_words(parts: list[dict[str, Any]]) -> str:
    words = []
    for cause, moved in by_cause(parts).items():
        words.append(cause if moved is None else f"{cause} {'+' if moved > 0 else ''}{shortest(moved)}")
    return ", ".join(words)


def shortest(number: Decimal) -> str:
    """A number without zeros at its end and without an exponent."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _differing(
    entry: Mapping[str, Any],
    before: Mapping[str, Any],
    build: Mapping[str, Any],
    last_build: Mapping[str, Any],
) -> Iterator[str]:
    """What differs between the two builds, for entries of a ledger that does not say how much."""
    for name, word in (("input_hash", "rows"), ("policy_hash", "policy")):
        if build[name] != last_build[name]:
            yield word
    if entry["definition_hash"] != before["definition_hash"]:
        yield "definition"
    if build["code_version"] != last_build["code_version"]:
        yield "code"
    if build["as_of"] != last_build["as_of"]:
        yield "as_of"
