"""The inputs of two builds, and every mixture: some causes as in the later build, the others as in the earlier."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import duckdb

from orchestration.lib.contracts.columns import SOURCE_STATUS_COLUMNS
from orchestration.lib.contracts.sql import identifier, literal
from orchestration.lib.dbt.compiled_models import CompiledModel, CompiledModels, raw_relation
from orchestration.lib.insert import create_table
from orchestration.lib.ledger.inputs import BuildInputs, Parameter
from orchestration.lib.loader.zone import RawZone
from orchestration.lib.replay.sources import zone_sources
from orchestration.lib.restatement.causes import (
    AS_OF,
    GRACE_EXPIRED,
    HIERARCHY,
    ROWS_LATE,
    ROWS_WITHDRAWN,
    cause_of_parameter,
)
from orchestration.lib.restatement.rows import SCHEMA, MovedRecords, Seen

PARAMETERS = "build.parameters"
SOURCES = "build.sources"
# The parameters as models see them in which a later `as_of` lets grace run out: exchanged after the others.
PARAMETERS_IN_GRACE = "build.parameters_in_grace"

Rows = list[dict[str, str | None]]


@dataclass(frozen=True)
class Mixture:
    """Gives the SQL of each raw table for any set of causes that are taken from the later build.

    `moved` are the raw tables with other rows; `sources_before`, `sources_after` the states of the sources.
    """

    zone: RawZone
    before: BuildInputs
    after: BuildInputs
    moved: Mapping[str, MovedRecords]
    sources_before: Rows
    sources_after: Rows

    def prepare(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Make the tables that the SQL reads beside the raw zone."""
        connection.execute(f"create schema if not exists {SCHEMA}")
        for name, rows in (("sources_before", self.sources_before), ("sources_after", self.sources_after)):
            cells = [[row.get(column) for column in SOURCE_STATUS_COLUMNS] for row in rows]
            create_table(connection, f"{SCHEMA}.{name}", SOURCE_STATUS_COLUMNS, cells)

    def seen(self) -> tuple[Seen, Seen]:
        """Rows that the earlier and the later build see."""
        return (
            Seen(self.before.last_load, self.before.known_at),
            Seen(self.after.last_load, self.after.known_at),
        )

    def causes(self, tables: Collection[str], has_grace: bool) -> set[str]:
        """The causes that differ between the builds, as far as models read `tables`."""
        found = {cause for name, records in self.moved.items() if name in tables for cause in records.causes}
        if PARAMETERS in tables:
            found |= {
                cause
                for name in self.before.parameters.keys() & self.after.parameters.keys()
                if self.before.parameters[name].value != self.after.parameters[name].value
                and (cause := cause_of_parameter(name)) is not None
            }
        if SOURCES in tables:
            earlier, later = _connected(self.sources_before), _connected(self.sources_after)
            found |= {ROWS_LATE} if later - earlier else set()
            found |= {ROWS_WITHDRAWN} if earlier - later else set()
        if AS_OF in found and has_grace:
            found.add(GRACE_EXPIRED)
        return found

    def tables(self, names: Collection[str], switched: Collection[str]) -> dict[str, str]:
        """SQL of the raw tables `names` with the causes `switched` as in the later build."""
        found = {}
        whole = zone_sources(self.zone)
        for name in names:
            if name == PARAMETERS:
                found[name] = self._parameters(switched)
            elif name == PARAMETERS_IN_GRACE:
                # as_of counts there only once grace is exchanged
                held = {AS_OF} if GRACE_EXPIRED not in switched else set()
                found[name] = self._parameters(set(switched) - held)
            elif name == SOURCES:
                found[name] = self._sources(switched)
            elif name in whole:
                found[name] = whole[name]
            else:
                found[name] = self._object(name, switched)
        return found

    def _parameters(self, switched: Collection[str]) -> str:
        columns = {**self.before.parameters, **self.after.parameters}
        for name, parameter in self.before.parameters.items():
            cause = cause_of_parameter(name)
            if cause is None or cause not in switched:
                columns[name] = parameter
        # Which rows had arrived is decided row by row; no model may hide one for its time of arrival.
        last = max(self.before.known_at, self.after.known_at)
        columns["known_at"] = Parameter("TIMESTAMP", last.isoformat(sep=" "))
        return f"select {', '.join(f'{value.sql} as {identifier(name)}' for name, value in columns.items())}"

    def _sources(self, switched: Collection[str]) -> str:
        earlier, later = f"{SCHEMA}.sources_before", f"{SCHEMA}.sources_after"
        if ROWS_WITHDRAWN in switched or _connected(self.sources_before) == _connected(self.sources_after):
            return f"select * from {later}"
        if ROWS_LATE not in switched:
            return f"select * from {earlier}"
        same = (
            "earlier.source is not distinct from later.source and earlier.connector = later.connector "
            "and earlier.object = later.object"
        )
        # what is connected in either
        return f"""
            select later.* from {later} as later
            where later.is_connected or not exists (select 1 from {earlier} as earlier where {same})
            union all
            select earlier.* from {earlier} as earlier
            where not exists (select 1 from {later} as later where {same} and later.is_connected)
        """

    def _object(self, name: str, switched: Collection[str]) -> str:
        relation = self.zone.object_relation(*name.split(".", 1))
        earlier, later = self.seen()
        moved = self.moved.get(name)
        if moved is None:
            return f"select * from {relation} where {earlier.condition()}"
        listed = ", ".join(literal(cause) for cause in sorted(set(switched) & {*moved.causes})) or "''"
        parent = moved.contract.parent
        held = ""
        if parent is not None and HIERARCHY in moved.causes and HIERARCHY not in switched:
            column = identifier(parent)
            held = (
                f" replace (case when moved.is_reparented and not {earlier.condition('raw')} "
                f"then moved.parent_before else raw.{column} end as {column})"
            )
        key = ", ".join(f"coalesce(trim(raw.{identifier(column)}), '')" for column in moved.contract.key)
        return (
            f"select raw.*{held} from {relation} as raw "
            f"left join {moved.table} as moved on md5_number(concat_ws(chr(31), {key})) = moved.key "
            f"where case when coalesce(moved.cause, '') in ({listed}) "
            f"then {later.condition('raw')} else {earlier.condition('raw')} end"
        )


def _connected(rows: Rows) -> set[tuple[str | None, str | None]]:
    return {(row["source"], row["canonical_object"]) for row in rows if row["is_connected"] == "true"}


def with_grace_apart(models: CompiledModels) -> CompiledModels:
    """The same models, where those in which grace runs out read the parameters under a name of their own."""
    parameters = models.by_name.get("stg_build__parameters")
    if parameters is None or not any(model.as_of_restates for model in models.by_name.values()):
        return models
    apart = replace(
        parameters,
        name=f"{parameters.name}__in_grace",
        alias=f"{parameters.alias}__in_grace",
        relation=parameters.relation.replace(parameters.alias, f"{parameters.alias}__in_grace"),
        sources=(PARAMETERS_IN_GRACE,),
        sql=parameters.sql.replace(_raw(PARAMETERS), _raw(PARAMETERS_IN_GRACE)),
    )

    def told_apart(model: CompiledModel) -> CompiledModel:
        if model.as_of_restates != GRACE_EXPIRED:
            return model
        needs = tuple(apart.name if name == parameters.name else name for name in model.needs)
        return replace(model, needs=needs, sql=model.sql.replace(parameters.relation, apart.relation))

    return CompiledModels([apart, *(told_apart(model) for model in models.by_name.values())])


def tables_read(models: CompiledModels, names: Collection[str]) -> set[str]:
    """Raw tables behind models."""
    return {source for model in models.needed_by(names) for source in model.sources}


def _raw(name: str) -> str:
    return raw_relation(*name.split(".", 1))
