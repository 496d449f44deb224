"""Models made anew by their compiled SQL, without dbt and without the published warehouse.

What a build published can be asked again under other inputs: only these rows, the policy of then, another `as_of`.
Only what a question reads is made, and after an input is exchanged only what was made from it is made again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType

import duckdb

from orchestration.lib.contracts.sql import identifier, literal
from orchestration.lib.dbt.compiled_models import CompiledModel, CompiledModels, raw_relation

Progress = Callable[[str], None]

# The database's name in compiled SQL: dbt takes it from the warehouse's file.
DATABASE = "warehouse"


class Replay:
    """One database with the relations of a build. Use as a context manager, or `close()` it.

    `sources` holds the SQL of each raw table's rows, by `connector.object`; equal text must mean equal rows. With
    `copy_rows` they are copied in when first read, and a view that several models read is worked out once; else both
    are read in place each time. `folder`, when given, holds the
    database, for companies whose relations may not fit into memory.
    """

    def __init__(
        self,
        models: CompiledModels,
        sources: Mapping[str, str],
        *,
        copy_rows: bool = False,
        folder: Path | None = None,
    ) -> None:
        self._models = models
        self._sources = dict(sources)
        self._copies = copy_rows
        self._kind = "table" if copy_rows else "view"
        self._read: set[str] = set()
        self._made: dict[str, CompiledModel] = {}
        self._tables: set[str] = set()
        self.connection = duckdb.connect()
        for statement in opening_statements(folder):
            self.connection.execute(statement)

    def __enter__(self) -> Replay:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Forget everything."""
        self.connection.close()

    def exchange(self, *, models: CompiledModels | None = None, sources: Mapping[str, str] | None = None) -> None:
        """Take other models, or other rows for some raw tables. What was made from the earlier ones is forgotten."""
        changed = {name for name, sql in (sources or {}).items() if self._sources.get(name) != sql}
        doomed = {name for name, model in self._made.items() if changed.intersection(model.sources)}
        if models is not None:
            doomed |= {name for name, model in self._made.items() if models.by_name.get(name) != model}
        self._forget(doomed)
        for name in changed & self._read:
            self.connection.execute(f"drop {self._kind} {_raw(name)}")
        self._read -= changed
        self._sources.update(sources or {})
        self._models = models or self._models

    def make(self, names: Iterable[str], on_progress: Progress | None = None) -> int:
        """Make the models `names` and all that they read, those that are not there; returns how many were made.

        Raises duckdb.Error when a model cannot be made over these inputs.
        """
        missing = [model for model in self._models.needed_by(names) if model.name not in self._made]
        readers = Counter(name for model in missing for name in model.needs)
        for number, model in enumerate(missing, start=1):
            if on_progress is not None:
                on_progress(f"{number} of {len(missing)} models, {model.name}")
            for source in model.sources:
                self._load(source)
            is_table = model.is_table or (self._copies and readers[model.name] > 1)
            for statement in model_statements(model, as_table=is_table):
                self.connection.execute(statement)
            self._made[model.name] = model
            if is_table:
                self._tables.add(model.name)
        return len(missing)

    def _load(self, source: str) -> None:
        if source not in self._read:
            self.connection.execute(f"create schema if not exists {identifier('raw_' + source.split('.')[0])}")
            self.connection.execute(f"create {self._kind} {_raw(source)} as {self._sources[source]}")
            self._read.add(source)

    def _forget(self, doomed: set[str]) -> None:
        """Drop models and everything that was made from them."""
        for name, model in self._made.items():  # each comes after what it reads
            if doomed.intersection(model.needs):
                doomed.add(name)
        for name in [name for name in reversed(self._made) if name in doomed]:
            model = self._made.pop(name)
            self.connection.execute(f"drop {'table' if name in self._tables else 'view'} {model.relation}")
            self._tables.discard(name)


def opening_statements(folder: Path | None = None) -> list[str]:
    """What makes a fresh DuckDB ready for compiled SQL: relations lie in memory, or in a file of `folder`."""
    place = literal(str(folder / f"{DATABASE}.duckdb")) if folder else "':memory:'"
    return ["set TimeZone = 'UTC'", f"attach {place} as {DATABASE}", f"use {DATABASE}"]


def model_statements(model: CompiledModel, *, as_table: bool | None = None) -> list[str]:
    """The statements that make one model, as the build does unless `as_table` says otherwise; a contract's types are
    kept."""
    schema = f"create schema if not exists {identifier(model.schema)}"
    if not (model.is_table if as_table is None else as_table):
        return [schema, f"create view {model.relation} as\n{model.sql}"]
    if not model.columns:
        return [schema, f"create table {model.relation} as\n{model.sql}"]
    names = ", ".join(identifier(name) for name, _ in model.columns)
    columns = ", ".join(f"{identifier(name)} {kind}" for name, kind in model.columns)
    return [
        schema,
        f"create table {model.relation} ({columns})",
        f"insert into {model.relation} ({names})\nselect {names} from (\n{model.sql}\n)",
    ]


def _raw(source: str) -> str:
    return raw_relation(*source.split(".", 1))
