"""A published build made again with other inputs, without dbt: its own compiled statements, in order, in DuckDB.

dbt takes longer to start than a small company takes to build. What it compiled does not depend on the inputs, so the
same statements over another raw zone are the same build; only what reads something that changed is run.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

#: Rows, and what is in them, whatever their order.
Content = tuple[int, int | None]


@dataclass(frozen=True)
class Replayed:
    """A build made again: its folder (`warehouse.duckdb`, `parameters.parquet`, `sources.parquet`), the models whose
    rows are others than before, and the dbt tests that fail, each with its count of failures."""

    folder: Path
    changed: frozenset[str]
    failures: dict[str, int]
    tests: int

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse.duckdb"


@dataclass(frozen=True)
class Replay:
    """The build published in ``home``, to be made again by the SQL that dbt left in ``compiled``."""

    home: Path
    compiled: Path
    _manifest: dict[str, Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        manifest = json.loads((self.compiled / "manifest.json").read_bytes())
        object.__setattr__(self, "_manifest", manifest)

    @cached_property
    def models(self) -> dict[str, Any]:
        """The models by id, each after those that it reads."""
        nodes = {key: node for key, node in self._manifest["nodes"].items() if node["resource_type"] == "model"}
        reads = {key: [one for one in node["depends_on"]["nodes"] if one in nodes] for key, node in nodes.items()}
        return {key: nodes[key] for key in TopologicalSorter(reads).static_order()}

    @cached_property
    def tests(self) -> list[Any]:
        """dbt's tests of the data."""
        return [node for node in self._manifest["nodes"].values() if node["resource_type"] == "test"]

    def source(self, connector: str, name: str) -> str:
        """dbt's id of a source table."""
        return f"source.postsale.{connector}.{name}"

    def downstream(self, ids: Iterable[str]) -> set[str]:
        """Models that read any of these, directly or not."""
        found = set(ids)
        for key, node in self.models.items():
            if not found.isdisjoint(node["depends_on"]["nodes"]):
                found.add(key)
        return found & self.models.keys()

    def relation(self, model: str) -> str:
        """`schema.name` of a model by its id."""
        node = self.models[model]
        return f"{node['schema']}.{node['alias']}"

    def make(self, home: Path, changed_sources: Iterable[str], fill: Callable[[Path], None]) -> Replayed:
        """Make the build again in ``home``, after ``fill(home)`` has changed its raw zone (`home/raw`: links to the
        published build's files, to be removed or replaced and never written to) and written `home/next`.

        ``changed_sources``: ids of the sources that are others than before.
        """
        folder = home / "next"
        folder.mkdir(parents=True)
        shutil.copytree(self.home / "raw", home / "raw", copy_function=os.link)
        for name in ("parameters.parquet", "sources.parquet", "warehouse.duckdb"):
            shutil.copy(self.home / "current" / name, folder / name)
        fill(home)
        dirty = set(changed_sources)
        changed: set[str] = set()
        with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
            connection.execute("set timezone = 'UTC'")
            connection.execute("set threads = 1")
            for key, node in self.models.items():
                if dirty.isdisjoint(node["depends_on"]["nodes"]):
                    continue
                relation, kind = node["relation_name"], node["config"]["materialized"]
                before = _content(connection, relation) if kind == "table" else None
                connection.execute(f"create or replace {kind} {relation} as {self._sql(node, home)}")
                # What comes out the same again changes nothing further on.
                if before is None or before != _content(connection, relation):
                    dirty.add(key)
                    changed.add(key)
            tests = [node for node in self.tests if not changed.isdisjoint(node["depends_on"]["nodes"])]
            failures = {node["name"]: self._failures(connection, node, home) for node in tests}
        return Replayed(
            folder, frozenset(changed), {name: count for name, count in failures.items() if count}, len(tests)
        )

    def _sql(self, node: Any, home: Path) -> str:
        """The node's statement over the raw zone and the parameters of ``home``."""
        sql: str = node["compiled_code"]
        return sql.replace(f"'{self.home}/", f"'{home}/")

    def _failures(self, connection: duckdb.DuckDBPyConnection, node: Any, home: Path) -> int:
        sql = f"select {node['config']['fail_calc']} from ({self._sql(node, home)}) as failures"
        row = connection.execute(sql).fetchone()
        return int(row[0] or 0) if row else 0


def _content(connection: duckdb.DuckDBPyConnection, relation: str) -> Content:
    row = connection.execute(f"select count(*), sum(hash(found)) from {relation} as found").fetchone()
    assert row is not None
    return row[0], row[1]
