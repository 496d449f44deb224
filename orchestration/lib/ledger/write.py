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
from orchestration.lib.ledger.entries import (
    BUILD,
    CONTENT,
    ENTRY_COLUMNS,
    GENESIS,
    SEGMENT_COLUMNS,
    VALUE,
    WITHDRAWN,
    Ledger,
    hash_after,
)
from orchestration.lib.semantic.definitions import SavedQueryDefinition, read_saved_queries

# Over everything that a build publishes, changed or not.
DIGEST = """
    select sha256(coalesce(string_agg(
        concat_ws('|', metric, grain, metric_time, slice, value, definition_hash), chr(10)
        order by metric, grain, metric_time, slice
    ), '')) from published
"""
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
        sequence, previous = _end(connection, ledger)
        moment = datetime.now(UTC).replace(tzinfo=None)
        _entries(connection, ledger, {**facts, "published_at": moment}, sequence)
        hashes = []
        for (content,) in connection.execute(f"select {CONTENT} from entries order by sequence").fetchall():
            previous = hash_after(previous, content)
            hashes.append(previous)
        segment = folder / f"{len(ledger.segments()) + 1:06d}-{facts['build_id']}.parquet"
        _write(connection, hashes, sequence, segment)
        _table(connection, ledger, segment, home.next / "warehouse.duckdb")
    for name, text in definitions.values():
        (folder / "definitions" / f"{name}.json").write_text(text)
    (folder / HEAD).write_text(json.dumps({"segment": segment.name, "entries": len(hashes), "head": previous}))
    return len(hashes)


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
        where value is not null
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


def _end(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> tuple[int, str]:
    """(sequence, hash) of the last entry."""
    row = connection.execute(f"select max(sequence), arg_max(entry_hash, sequence) from {ledger.relation()}").fetchone()
    return (row[0], row[1]) if row is not None and row[0] is not None else (0, GENESIS)


def _entries(connection: duckdb.DuckDBPyConnection, ledger: Ledger, facts: dict[str, Any], sequence: int) -> None:
    """Table `entries`: the build's own, then one per value that is new, differs, or is published no longer."""
    shared = ("build_id", "published_at", "input_hash", "policy_hash", "code_version", "as_of", "known_at")
    columns = {
        **dict.fromkeys(ENTRY_COLUMNS),
        **{name: f"cast(${name} as {ENTRY_COLUMNS[name]})" for name in shared},
        "sequence": f"{sequence} + row_number() over (order by kind <> '{BUILD}', metric, grain, metric_time, slice)",
    }
    select = ", ".join(f"{expression or name} as {name}" for name, expression in columns.items())
    connection.execute(
        f"""
        create temp table entries as
        with known as (
            select metric, grain, metric_time, slice,
                arg_max(struct_pack(kind, value, definition_hash), sequence) as last
            from {ledger.relation()} where kind <> '{BUILD}'
            group by metric, grain, metric_time, slice
        ),
        changes as (
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
            union all
            select '{BUILD}', null, null, null, null, ({DIGEST}), null
        )
        select {select} from changes
        """,
        {name: facts[name] for name in shared},
    )


def _write(connection: duckdb.DuckDBPyConnection, hashes: list[str], sequence: int, target: Path) -> None:
    connection.execute(
        "create temp table hashes as select unnest($hashes::varchar[]) as entry_hash, "
        "$sequence + generate_subscripts($hashes::varchar[], 1) as sequence",
        {"hashes": hashes, "sequence": sequence},
    )
    connection.execute(
        f"copy (select {', '.join(SEGMENT_COLUMNS)} from entries inner join hashes using (sequence) order by sequence) "
        f"to {literal(str(target))} (format parquet, compression zstd)"
    )


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
