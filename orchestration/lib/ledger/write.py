"""Appending: what a build publishes, compared with what stood before.

A build writes its segment into its own folder, where a run that fails throws it away; only when the build is
published does the segment become part of the ledger, by a hard link. A process killed between the two is made good by
`settle`, which every reader and writer calls first.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.lib.contracts.sql import identifier, literal
from orchestration.lib.home import Home, published
from orchestration.lib.ledger.entries import BUILD, GENESIS, SEGMENT_COLUMNS, VALUE, WITHDRAWN, Entry, Ledger
from orchestration.lib.semantic.definitions import SavedQueryDefinition, read_saved_queries

FOLDER = "ledger"
HEAD = "head.json"
TOTAL_LABEL = "All"


def append(home: Home, facts: dict[str, Any]) -> int:
    """Write the segment of the build under way into `next/ledger`; returns its number of entries.

    `facts` are the build's parameters. Values are those of the exported saved queries, each once per metric, grain,
    period and slice. Raises ValueError when two exports disagree about one value.
    """
    settle(home)
    ledger = Ledger.of(home.path)
    folder = home.next / FOLDER
    (folder / "definitions").mkdir(parents=True, exist_ok=True)
    definitions = _definitions(home.dbt_target / "semantic_manifest.json")
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        _collect(connection, home, definitions)
        digest = _digest(connection)
        sequence, previous = _end(connection, ledger)
        written: list[tuple[Any, ...]] = []
        moment = datetime.now(UTC).replace(tzinfo=None)
        for entry in _entries(connection, ledger, facts, digest, sequence, moment):
            own = entry.hash_after(previous)
            written.append((*_values(entry), own))
            previous = own
        segment = folder / f"{len(ledger.segments()) + 1:06d}-{facts['build_id']}.parquet"
        _write(connection, written, segment)
        _table(connection, ledger, segment, home.next / "warehouse.duckdb")
    for name, text in definitions.values():
        (folder / "definitions" / f"{name}.json").write_text(text)
    (folder / HEAD).write_text(json.dumps({"segment": segment.name, "entries": len(written), "head": previous}))
    return len(written)


def settle(home: Home) -> None:
    """Bring the published build's segment into the ledger if it is not there yet. Safe to repeat."""
    build = published(home)
    if build is None or not (build.path / FOLDER / HEAD).exists():
        return
    ledger = Ledger.of(home.path)
    name = json.loads((build.path / FOLDER / HEAD).read_text())["segment"]
    ledger.definitions.mkdir(parents=True, exist_ok=True)
    for file in sorted((build.path / FOLDER / "definitions").glob("*.json")):
        _link(file, ledger.definitions / file.name)
    mark = ledger.root / f".{build.id}"
    if not mark.exists():
        # the mark says that it was taken over once: a segment that goes missing later is a break, not a gap to fill
        _link(build.path / FOLDER / name, ledger.root / name)
        mark.touch()


def _link(source: Path, target: Path) -> None:
    if not target.exists():
        os.link(source, target)


def _definitions(semantic_manifest: Path) -> dict[str, tuple[str, str]]:
    """Per metric (hash, JSON text) of its definition and of everything in the manifest that it is made from."""
    document = json.loads(semantic_manifest.read_text())
    metrics = {entry["name"]: entry for entry in document["metrics"]}
    measures = {
        measure["name"]: {"measure": measure, "model": model["name"], "relation": model["node_relation"]["alias"]}
        for model in document["semantic_models"]
        for measure in model["measures"]
    }

    def parts(name: str) -> dict[str, Any]:
        entry = metrics[name]
        inputs = entry["type_params"]
        used = sorted({one["name"] for one in _named(inputs) if one["name"] in metrics and one["name"] != name})
        made_of = sorted({one["name"] for one in _named(inputs) if one["name"] in measures})
        return {
            "metric": entry,
            "measures": [measures[one] for one in made_of],
            "metrics": [parts(one) for one in used],
        }

    found = {}
    for name in metrics:
        text = json.dumps(parts(name), sort_keys=True, ensure_ascii=False, indent=1)
        found[name] = (hashlib.sha256(text.encode()).hexdigest(), text)
    return found


def _named(value: Any) -> Iterator[dict[str, Any]]:
    """Every object with a name below a value."""
    if isinstance(value, dict):
        if isinstance(value.get("name"), str):
            yield value
        for part in value.values():
            yield from _named(part)
    elif isinstance(value, list):
        for part in value:
            yield from _named(part)


def _collect(connection: duckdb.DuckDBPyConnection, home: Home, definitions: dict[str, tuple[str, str]]) -> None:
    """Table `published`: metric, grain, metric_time, slice, value, definition_hash, each key once."""
    connection.execute("create temp table definitions (metric varchar, definition_hash varchar)")
    connection.executemany(
        "insert into definitions values (?, ?)", [(name, known) for name, (known, _) in definitions.items()]
    )
    connection.execute(
        "create temp table exported (metric varchar, grain varchar, metric_time date, slice varchar, value varchar)"
    )
    queries = read_saved_queries(home.dbt_target / "semantic_manifest.json", home.dbt_target / "manifest.json")
    for query in queries.values():
        if query.table is not None:
            for metric in query.metrics:
                file = home.next / "exports" / f"{query.table}.parquet"
                connection.execute(f"insert into exported {_select(query, metric, file)}")
    connection.execute(
        """
        create temp table published as
        select
            metric, grain, metric_time, slice, any_value(value) as value, any_value(definition_hash) as definition_hash
        from exported inner join definitions using (metric)
        group by metric, grain, metric_time, slice
        """
    )
    torn = connection.execute(
        "select metric, metric_time, slice from exported group by metric, grain, metric_time, slice "
        "having count(distinct coalesce(value, 'null')) > 1 order by all limit 1"
    ).fetchone()
    if torn is not None:
        raise ValueError(f"two exports disagree about {torn[0]} of {torn[1]} {torn[2]}")


def _select(query: SavedQueryDefinition, metric: str, file: Path) -> str:
    """SQL of one metric of one export; rolled-up dimensions are no part of the slice."""
    parts = [
        f"case when {identifier(name)} <> {literal(TOTAL_LABEL)} "
        f"then {literal(json.dumps(name) + ': ')} || cast(to_json({identifier(name)}) as varchar) end"
        for name in sorted(query.by)
    ]
    if query.where:
        parts.append(literal('"where": ' + json.dumps(" and ".join(query.where))))
    where = f"'{{' || concat_ws(', ', {', '.join(parts)}) || '}}'" if parts else "'{}'"
    time = "metric_time" if query.grain else "cast(null as date)"
    return (
        f"select {literal(metric)}, {literal(query.grain or '')}, {time}, {where}, "
        f"cast({identifier(metric)} as varchar) "
        f"from read_parquet({literal(str(file))})"
    )


def _digest(connection: duckdb.DuckDBPyConnection) -> str:
    row = connection.execute(
        """
        select sha256(coalesce(string_agg(
            concat_ws('|', metric, grain, metric_time, slice, coalesce(value, 'null'), definition_hash), chr(10)
            order by metric, grain, metric_time, slice
        ), '')) from published
        """
    ).fetchone()
    assert row is not None
    return str(row[0])


def _end(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> tuple[int, str]:
    """(sequence, hash) of the last entry."""
    row = connection.execute(f"select max(sequence), arg_max(entry_hash, sequence) from {ledger.relation()}").fetchone()
    return (row[0], row[1]) if row is not None and row[0] is not None else (0, GENESIS)


def _entries(
    connection: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    facts: dict[str, Any],
    digest: str,
    sequence: int,
    moment: datetime,
) -> Iterator[Entry]:
    """The build's own entry, then one per value that is new, differs, or is published no longer."""
    hashes = (facts["input_hash"], facts["policy_hash"], facts["code_version"], facts["as_of"], facts["known_at"])
    sequence += 1
    build = facts["build_id"]
    yield Entry(sequence, BUILD, build, moment, None, None, None, None, digest, None, *hashes)
    changes = connection.execute(
        f"""
        with known as (
            select metric, grain, metric_time, slice,
                arg_max(struct_pack(kind, value, definition_hash), sequence) as last
            from {ledger.relation()} where kind <> '{BUILD}'
            group by metric, grain, metric_time, slice
        )
        select
            case when published.metric is null then '{WITHDRAWN}' else '{VALUE}' end as kind,
            coalesce(published.metric, known.metric) as metric,
            coalesce(published.grain, known.grain) as grain,
            coalesce(published.metric_time, known.metric_time) as metric_time,
            coalesce(published.slice, known.slice) as slice,
            published.value,
            published.definition_hash
        from published
        full join known
            on published.metric = known.metric and published.grain = known.grain and published.slice = known.slice
            and published.metric_time is not distinct from known.metric_time
        where
            (published.metric is null and known.last.kind <> '{WITHDRAWN}')
            or (published.metric is not null and (
                known.metric is null or known.last.kind = '{WITHDRAWN}'
                or known.last.value is distinct from published.value
                or known.last.definition_hash is distinct from published.definition_hash
            ))
        order by metric, grain, metric_time, slice
        """
    ).fetchall()
    for kind, metric, grain, metric_time, where, value, definition in changes:
        sequence += 1
        yield Entry(sequence, kind, build, moment, metric, grain, metric_time, where, value, definition, *hashes)


def _values(entry: Entry) -> tuple[Any, ...]:
    return tuple(vars(entry).values())


def _write(connection: duckdb.DuckDBPyConnection, rows: list[tuple[Any, ...]], target: Path) -> None:
    declared = ", ".join(f"{name} {kind}" for name, kind in SEGMENT_COLUMNS.items())
    connection.execute(f"create temp table segment ({declared})")
    cells = ", ".join(f"unnest(?::{kind}[])" for kind in SEGMENT_COLUMNS.values())
    for start in range(0, len(rows), 50_000):
        part = rows[start : start + 50_000]
        connection.execute(f"insert into segment select {cells}", [list(column) for column in zip(*part, strict=True)])
    connection.execute(f"copy segment to {literal(str(target))} (format parquet, compression zstd)")


def _table(connection: duckdb.DuckDBPyConnection, ledger: Ledger, segment: Path, warehouse: Path) -> None:
    """`audit.ledger` of the build's warehouse: every entry up to and with this build's."""
    files = ", ".join(literal(str(path)) for path in [*ledger.segments(), segment])
    connection.execute(f"attach {literal(str(warehouse))} as warehouse")
    connection.execute("create schema if not exists warehouse.audit")
    connection.execute(
        f"create or replace table warehouse.audit.ledger as "
        f"select {', '.join(SEGMENT_COLUMNS)} from read_parquet([{files}]) order by sequence"
    )
    connection.execute("detach warehouse")
