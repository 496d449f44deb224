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
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.lib.contracts.sql import identifier, literal
from orchestration.lib.home import Home, published
from orchestration.lib.insert import create_table
from orchestration.lib.ledger.entries import (
    BUILD,
    CAUSE,
    CONTENT,
    ENTRY_COLUMNS,
    GENESIS,
    INPUTS,
    KINDS,
    PART,
    SEGMENT_COLUMNS,
    VALUE,
    WITHDRAWN,
    Ledger,
    hash_after,
)
from orchestration.lib.ledger.inputs import BuildInputs
from orchestration.lib.ledger.restated import Explain, Explanation, RestatedValue, is_same
from orchestration.lib.ledger.tables import audit_tables
from orchestration.lib.semantic.definitions import SavedQueryDefinition, read_saved_queries
from orchestration.lib.semantic.periods import end_of

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
_ROWS_AT_A_TIME = 50_000


@dataclass(frozen=True)
class Appended:
    """How many entries a build added, and how many values of closed periods it changed."""

    entries: int
    restated: int


def append(
    home: Home, facts: dict[str, Any], inputs: BuildInputs | None = None, explain: Explain | None = None
) -> Appended:
    """Write the segment of the build under way into `next/ledger`.

    `facts` are the build's parameters. Values are those of the exported saved queries, each once per metric, grain,
    period and slice. `inputs` is what the build is made from; `explain` is asked why values of closed periods
    changed, when some did. Raises ValueError when two exports disagree about one value.
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
        _changes(connection, ledger)
        restated = _restated(connection, ledger, facts["as_of"])
        _explained(connection, inputs, explain(restated) if explain is not None and restated else Explanation())
        _entries(connection, {**facts, "published_at": moment}, sequence)
        hashes = []
        contents = connection.execute(f"select {CONTENT} from entries order by sequence")
        while some := contents.fetchmany(_ROWS_AT_A_TIME):
            for (content,) in some:
                previous = hash_after(previous, content)
                hashes.append(previous)
        segment = folder / f"{len(ledger.segments()) + 1:06d}-{facts['build_id']}.parquet"
        _write(connection, hashes, sequence, segment)
        _tables(connection, ledger, segment, home.next / "warehouse.duckdb")
    for name, text in definitions.values():
        (folder / "definitions" / f"{name}.json").write_text(text)
    (folder / HEAD).write_text(json.dumps({"segment": segment.name, "entries": len(hashes), "head": previous}))
    return Appended(len(hashes), len(restated))


def settle(home: Home) -> None:
    """Bring the published build's segment into the ledger if it is not there yet. Safe to repeat."""
    build = published(home)
    if build is None or not (build.path / FOLDER / HEAD).exists():
        return
    ledger = Ledger.of(home.path)
    mark = ledger.root / f".{build.id}"
    if mark.exists():
        # It was taken over once: what goes missing later is a break, not a gap to fill.
        return
    name = json.loads((build.path / FOLDER / HEAD).read_text())["segment"]
    for folder in (ledger.definitions, ledger.kept):
        folder.mkdir(parents=True, exist_ok=True)
        for file in sorted((build.path / FOLDER / folder.name).glob("*.json*")):
            _link(file, folder / file.name)
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
    hashes = [(name, known) for name, (known, _) in definitions.items()]
    columns = dict.fromkeys(("metric", "definition_hash"), "varchar")
    create_table(connection, "definitions", columns, hashes, temporary=True)
    connection.execute(
        "create temp table exported (metric varchar, grain varchar, metric_time date, slice varchar, value varchar)"
    )
    queries = read_saved_queries(home.dbt_target / "semantic_manifest.json", home.dbt_target / "manifest.json")
    for query in queries.values():
        if query.table is not None:
            file = home.next / "exports" / f"{query.table}.parquet"
            connection.execute(f"insert into exported {_select(query, file)}")
    connection.execute(
        """
        create temp table published as
        select
            metric, grain, metric_time, slice, any_value(value) as value, any_value(definition_hash) as definition_hash,
            min(value) is distinct from max(value) or count(value) between 1 and count(*) - 1 as is_torn
        from exported inner join definitions using (metric)
        group by metric, grain, metric_time, slice
        """
    )
    torn = connection.execute(
        "select metric, metric_time, slice from published where is_torn order by all limit 1"
    ).fetchone()
    if torn is not None:
        raise ValueError(f"two exports disagree about {torn[0]} of {torn[1]} {torn[2]}")
    connection.execute("delete from published where value is null")


def _select(query: SavedQueryDefinition, file: Path) -> str:
    """SQL of the metrics of one export, one a row; rolled-up dimensions are no part of the slice."""
    parts = [
        f"case when {identifier(name)} <> {literal(TOTAL_LABEL)} "
        f"then {literal(json.dumps(name) + ': ')} || cast(to_json({identifier(name)}) as varchar) end"
        for name in sorted(query.by)
    ]
    if query.where:
        parts.append(literal('"where": ' + json.dumps(" and ".join(query.where))))
    where = f"'{{' || concat_ws(', ', {', '.join(parts)}) || '}}'" if parts else "'{}'"
    time = "metric_time" if query.grain else "cast(null as date)"
    names = ", ".join(literal(metric) for metric in query.metrics)
    values = ", ".join(f"cast({identifier(metric)} as varchar)" for metric in query.metrics)
    return (
        f"select unnest([{names}]), {literal(query.grain or '')}, {time}, {where}, unnest([{values}]) "
        f"from read_parquet({literal(str(file))})"
    )


def _end(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> tuple[int, str]:
    """(sequence, hash) of the last entry."""
    row = connection.execute(f"select max(sequence), arg_max(entry_hash, sequence) from {ledger.relation()}").fetchone()
    return (row[0], row[1]) if row is not None and row[0] is not None else (0, GENESIS)


def _changes(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> None:
    """Table `changes`: every value that is new, differs, or is published no longer, with what stood before."""
    connection.execute(
        f"""
        create temp table changes as
        with known as (
            select metric, grain, metric_time, slice,
                arg_max(struct_pack(kind, value, definition_hash), sequence) as last
            from {ledger.relation()} where kind in ('{VALUE}', '{WITHDRAWN}')
            group by metric, grain, metric_time, slice
        )
        select
            case when published.metric is null then '{WITHDRAWN}' else '{VALUE}' end as kind,
            coalesce(published.metric, known.metric) as metric,
            coalesce(published.grain, known.grain) as grain,
            coalesce(published.metric_time, known.metric_time) as metric_time,
            coalesce(published.slice, known.slice) as slice,
            published.value,
            published.definition_hash,
            case when known.last.kind = '{VALUE}' then known.last.value end as value_before,
            known.last.definition_hash as definition_before
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
        """
    )


def _restated(connection: duckdb.DuckDBPyConnection, ledger: Ledger, as_of: date) -> list[RestatedValue]:
    """Values that were published, of periods that both builds see closed, that differ now."""
    row = connection.execute(
        f"select arg_max(as_of, sequence) from {ledger.relation()} where kind = '{BUILD}'"
    ).fetchone()
    if row is None or row[0] is None:
        return []
    rows = connection.execute(
        "select metric, grain, metric_time, slice, value_before, value, definition_before, definition_hash "
        "from changes where value_before is not null and metric_time is not null "
        "and value is distinct from value_before order by metric, grain, metric_time, slice"
    ).fetchall()
    closed_on = min(row[0], as_of)
    return [
        value
        for value in (RestatedValue(*cells) for cells in rows)
        if end_of(value.metric_time, value.grain) <= closed_on and not is_same(value.before, value.after)
    ]


def _explained(connection: duckdb.DuckDBPyConnection, inputs: BuildInputs | None, explanation: Explanation) -> None:
    """Table `explained`: what the build was made from, and why values of closed periods changed."""
    rows: list[tuple[Any, ...]] = []
    if inputs is not None:
        rows.append((INPUTS, 0, None, None, None, None, inputs.text()))
    for place, finding in enumerate(explanation.findings):
        rows.append((CAUSE, place, None, None, None, None, _json(asdict(finding))))
    for place, part in enumerate(explanation.parts):
        value = part.value
        content = {"step": part.step, "cause": part.cause, "before": part.before, "after": part.after}
        rows.append((PART, place, value.metric, value.grain, value.metric_time, value.slice, _json(content)))
    names = ("kind", "place", "metric", "grain", "metric_time", "slice", "value")
    columns = dict.fromkeys(names, "varchar") | {"place": "bigint", "metric_time": "date"}
    create_table(connection, "explained", columns, rows, temporary=True)


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)


def _entries(connection: duckdb.DuckDBPyConnection, facts: dict[str, Any], sequence: int) -> None:
    """Table `entries`: the build's own, what it is made from, its changes, and why those of closed periods happened."""
    shared = ("build_id", "published_at", "input_hash", "policy_hash", "code_version", "as_of", "known_at")
    kinds = ", ".join(literal(kind) for kind in KINDS)
    order = f"list_position([{kinds}], kind), place, metric, grain, metric_time, slice"
    columns = {
        **dict.fromkeys(ENTRY_COLUMNS),
        **{name: f"cast(${name} as {ENTRY_COLUMNS[name]})" for name in shared},
        "sequence": f"{sequence} + row_number() over (order by {order})",
    }
    select = ", ".join(f"{expression or name} as {name}" for name, expression in columns.items())
    connection.execute(
        f"""
        create temp table entries as
        with content as (
            select '{BUILD}' as kind, 0 as place, null as metric, null as grain, null as metric_time, null as slice,
                ({DIGEST}) as value, null as definition_hash
            union all
            select kind, 0, metric, grain, metric_time, slice, value, definition_hash from changes
            union all
            select kind, place, metric, grain, metric_time, slice, value, null from explained
        )
        select {select} from content
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


def _tables(connection: duckdb.DuckDBPyConnection, ledger: Ledger, segment: Path, warehouse: Path) -> None:
    """The ledger in the build's warehouse: every entry up to and with this build's, and the restatements among them."""
    connection.execute(f"attach {literal(str(warehouse))} as warehouse")
    connection.execute("create schema if not exists warehouse.audit")
    for name, select in audit_tables([*ledger.segments(), segment]).items():
        connection.execute(f"create or replace table warehouse.audit.{name} as {select}")
    connection.execute("detach warehouse")
