"""What a cause consists of: the raw rows, the policy rows, the accounts, the rates, the models.

Only the first of each are kept, with how many there are. Personal data is not: the ledger is never rewritten, so
nothing may enter it that a person can ask to have forgotten. Records are named by file and row, which lead to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import duckdb

from orchestration.lib.contracts import ObjectContract
from orchestration.lib.contracts.sql import identifier, literal, typed_column
from orchestration.lib.dbt.compiled_models import CompiledModels
from orchestration.lib.ledger.restated import Finding, RestatedValue
from orchestration.lib.loader.judge import stored_key
from orchestration.lib.loader.versions import LATEST_FIRST
from orchestration.lib.replay import Replay
from orchestration.lib.restatement.causes import (
    AS_OF,
    CODE,
    DEFINITION,
    FX,
    FX_TABLE,
    GRACE_EXPIRED,
    HIERARCHY,
    POLICY,
    cause_of_parameter,
)
from orchestration.lib.restatement.mixture import PARAMETERS, PARAMETERS_IN_GRACE, SOURCES, Mixture
from orchestration.lib.restatement.rows import MovedRecords

# Things of one kind that are listed one by one; the rest is counted.
SHOWN = 20
BRIDGES = "int_late_renewal_bridges"
CONFIGURATION = "postsale.toml"

Behind = Mapping[str, set[str]]


def findings(
    replay: Replay,
    mixture: Mixture,
    causes: Sequence[str],
    values: Sequence[RestatedValue],
    behind: Behind,
    models_before: CompiledModels,
    models_after: CompiledModels,
    names: set[str],
) -> Iterator[Finding]:
    """What each of `causes` consists of. `behind`: raw tables behind each restated metric; `names`: models read."""
    connection = replay.connection
    for name, moved in sorted(mixture.moved.items()):
        metrics = _readers(behind, name)
        for cause, count in sorted(moved.causes.items()):
            if cause == HIERARCHY:
                items = _reparented(connection, mixture, moved)
            else:
                items = _records(connection, mixture, moved, cause)
            yield Finding(cause, name, count, metrics, tuple(items))
    everyone = tuple(sorted({value.metric for value in values}))
    yield from _parameters(mixture, causes, everyone)
    if FX in causes:
        rates = _rates(connection, mixture)
        yield Finding(FX, "exchange rates", len(rates), everyone, tuple(rates[:SHOWN]))
    if SOURCES in {table for tables in behind.values() for table in tables}:
        yield from _connections(mixture, everyone)
    if GRACE_EXPIRED in causes:
        expired = _expired(replay, mixture, causes, models_before)
        yield Finding(GRACE_EXPIRED, "renewals in grace", len(expired), everyone, tuple(expired[:SHOWN]))
    if DEFINITION in causes:
        yield from _definitions(values)
    if CODE in causes:
        yield _code(mixture, models_before, models_after, names, everyone)


def _readers(behind: Behind, table: str) -> tuple[str, ...]:
    return tuple(metric for metric, tables in behind.items() if table in tables)


def _records(
    connection: duckdb.DuckDBPyConnection, mixture: Mixture, moved: MovedRecords, cause: str
) -> list[dict[str, Any]]:
    """Records of one cause: where their newest row stands, and what differs from the row before."""
    rows = _states(connection, mixture, moved, f"moved.cause = {literal(cause)}")
    return [
        {
            **_place(row, moved.contract),
            "change": "added" if not row["was_there"] else "withdrawn" if not row["is_there"] else "changed",
            "columns": _differences(row, moved.contract),
        }
        for row in rows
    ]


def _reparented(connection: duckdb.DuckDBPyConnection, mixture: Mixture, moved: MovedRecords) -> list[dict[str, Any]]:
    rows = _states(connection, mixture, moved, "moved.is_reparented")
    return [
        {
            **_place(row, moved.contract),
            "parent": [row["parent_before"], row["parent_after"]],
        }
        for row in rows
    ]


def _states(
    connection: duckdb.DuckDBPyConnection, mixture: Mixture, moved: MovedRecords, condition: str
) -> list[dict[str, Any]]:
    """The first records in order of file and row, with their row in either build as JSON."""
    contract = moved.contract
    version = typed_column(contract.version, contract.columns[contract.version]) if contract.version else "null"
    earlier, later = mixture.seen()
    content = ", ".join(f"{identifier(name)} := {identifier(name)}" for name in contract.columns)

    def current(seen: str) -> str:
        return f"""
            select key, is_withdrawn, source, file, row_number, load_id, content from (
                select {stored_key(contract)} as key, cast({version} as timestamp) as version, _known_at as known_at,
                    _load_id as load_id, _row_number as row_number, _is_withdrawn as is_withdrawn, _source as source,
                    _file as file, cast(to_json(struct_pack({content})) as varchar) as content
                from {mixture.zone.object_relation(*moved.name.split(".", 1))}
                where {seen} and {stored_key(contract)} in (select key from listed)
            ) qualify row_number() over (partition by key order by {LATEST_FIRST}) = 1
        """

    cursor = connection.execute(
        f"""
        with listed as (select * from {moved.table} as moved where {condition}),
        earlier as ({current(earlier.condition())}),
        later as ({current(later.condition())})
        select
            coalesce(not earlier.is_withdrawn, false) as was_there, coalesce(not later.is_withdrawn, false) as is_there,
            coalesce(later.source, earlier.source) as source, coalesce(later.file, earlier.file) as file,
            coalesce(later.row_number, earlier.row_number) as row_number,
            coalesce(later.load_id, earlier.load_id) as load_id,
            earlier.content as content_before, later.content as content_after,
            listed.parent_before, listed.parent_after
        from listed
        left join earlier on listed.key = earlier.key
        left join later on listed.key = later.key
        order by source, file, row_number, listed.key
        limit {SHOWN}
        """
    )
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _place(row: Mapping[str, Any], contract: ObjectContract) -> dict[str, Any]:
    content = json.loads(row["content_after"] or row["content_before"] or "{}")
    return {
        "source": row["source"],
        "file": row["file"],
        "row": row["row_number"],
        "load_id": row["load_id"],
        "record": {name: content.get(name) for name in contract.key if _may_be_kept(contract, name)},
    }


def _differences(row: Mapping[str, Any], contract: ObjectContract) -> dict[str, list[str | None]]:
    """Columns that differ, with both values unless they are somebody's."""
    before = json.loads(row["content_before"] or "{}") if row["was_there"] else {}
    after = json.loads(row["content_after"] or "{}") if row["is_there"] else {}
    if not before or not after:
        return {}
    return {
        name: [before.get(name), after.get(name)] if _may_be_kept(contract, name) else ["(personal)", "(personal)"]
        for name in contract.columns
        if before.get(name) != after.get(name)
    }


def _may_be_kept(contract: ObjectContract, name: str) -> bool:
    column = contract.columns[name]
    return column.personal is None and column.type != "email"


def _parameters(mixture: Mixture, causes: Sequence[str], metrics: tuple[str, ...]) -> Iterator[Finding]:
    """Clocks, currency and scalar policy that differ."""
    changed: dict[str, list[dict[str, Any]]] = {}
    before, after = mixture.before.parameters, mixture.after.parameters
    for name in sorted(before.keys() & after.keys()):
        cause = cause_of_parameter(name)
        if cause in causes and before[name].value != after[name].value:
            changed.setdefault(str(cause), []).append(
                {"name": name, "columns": {"value": [before[name].value, after[name].value]}}
            )
    for cause, items in changed.items():
        place = {AS_OF: "clocks", FX: "currency", POLICY: CONFIGURATION}[cause]
        yield Finding(cause, place, len(items), metrics, tuple(items))


def _rates(connection: duckdb.DuckDBPyConnection, mixture: Mixture) -> list[dict[str, Any]]:
    """Currencies whose rate into the reporting currency differs, with the fiscal years that the rates are of."""
    years = [inputs.parameters["fiscal_year_of_as_of"].value for inputs in (mixture.before, mixture.after)]
    rates = []
    for switched, year in (((), years[0]), ((FX,), years[1])):
        table = mixture.tables([FX_TABLE], switched)[FX_TABLE]
        rows = connection.execute(
            f"""
            select upper(trim(currency)), trim(rate) from (
                select * from ({table})
                qualify row_number() over (
                    partition by upper(trim(currency)), trim(fiscal_year)
                    order by _known_at desc, _load_id desc, _row_number desc
                ) = 1
            )
            where not _is_withdrawn and try_cast(trim(fiscal_year) as decimal(28, 6)) = ?
            """,
            [year],
        ).fetchall()
        rates.append(dict(rows))
    return [
        {"currency": name, "columns": {"fiscal_year": years, "rate": [rates[0].get(name), rates[1].get(name)]}}
        for name in sorted(rates[0].keys() | rates[1].keys())
        if (rates[0].get(name), years[0]) != (rates[1].get(name), years[1])
    ]


def _connections(mixture: Mixture, metrics: tuple[str, ...]) -> Iterator[Finding]:
    before, after = (
        {(row["source"], row["object"]) for row in rows if row["is_connected"] == "true"}
        for rows in (mixture.sources_before, mixture.sources_after)
    )
    for cause, changed in (("rows_late", after - before), ("rows_withdrawn", before - after)):
        if changed:
            items = [{"source": source, "object": name} for source, name in sorted(changed, key=str)]
            yield Finding(cause, "connected objects", len(items), metrics, tuple(items[:SHOWN]))


def _expired(replay: Replay, mixture: Mixture, causes: Sequence[str], models: CompiledModels) -> list[dict[str, Any]]:
    """Accounts whose late renewal was still awaited then and no longer is."""
    if BRIDGES not in models.by_name:
        return []
    found = []
    until = causes.index(GRACE_EXPIRED)
    replay.exchange(models=models)
    for switched in (causes[:until], causes[: until + 1]):
        names = [PARAMETERS, PARAMETERS_IN_GRACE, SOURCES, *_tables(models, [BRIDGES])]
        replay.exchange(sources=mixture.tables(names, switched))
        replay.make([BRIDGES])
        rows = replay.connection.execute(
            f"select distinct account_id, cast(service_from as varchar) from {models.by_name[BRIDGES].relation} "
            "where is_in_grace order by all"
        ).fetchall()
        found.append(rows)
    return [
        {"account": account, "service_ended_before": day} for account, day in found[0] if (account, day) not in found[1]
    ]


def _tables(models: CompiledModels, names: Iterable[str]) -> set[str]:
    return {source for model in models.needed_by(names) for source in model.sources}


def _definitions(values: Sequence[RestatedValue]) -> Iterator[Finding]:
    """One finding per metric: the ledger keeps both texts under their hashes."""
    changed = {
        value.metric: [value.definition_before, value.definition_after]
        for value in values
        if value.definition_after and value.definition_before != value.definition_after
    }
    for metric, hashes in sorted(changed.items()):
        yield Finding(DEFINITION, metric, 1, (metric,), ({"metric": metric, "columns": {"hash": hashes}},))


def _code(
    mixture: Mixture,
    models_before: CompiledModels,
    models_after: CompiledModels,
    names: set[str],
    metrics: tuple[str, ...],
) -> Finding:
    """Models behind the values whose compiled SQL differs; none when only other code does."""
    needed = set()
    for models in (models_before, models_after):
        needed |= {model.name for model in models.needed_by(names & models.by_name.keys())}
    changed = sorted(name for name in needed if models_before.by_name.get(name) != models_after.by_name.get(name))
    versions = [inputs.parameters["code_version"].value for inputs in (mixture.before, mixture.after)]
    items: list[dict[str, Any]] = [{"name": "code_version", "columns": {"value": versions}}]
    items += [{"model": name} for name in changed[:SHOWN]]
    return Finding(CODE, "code", len(changed), metrics, tuple(items))
