"""Compiled statements kept between processes.

Planning is nine tenths of an export run, and MetricFlow takes over a second to import. Both depend only on the
definitions, so what was compiled is written beside dbt's artifacts and read as long as the definitions are the same.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from orchestration.lib.semantic.compiler import Compiler

T = TypeVar("T")


class CompiledMetrics:
    """The compiler's answers, from the file while it fits the definitions, else from MetricFlow."""

    def __init__(self, semantic_manifest: Path, dialect: str, file: Path | None) -> None:
        self._semantic_manifest = semantic_manifest
        self._dialect = dialect
        self._file = file
        self._is_new = False

    @cached_property
    def _compiler(self) -> Compiler:
        from orchestration.lib.semantic.compiler import Compiler

        return Compiler(self._semantic_manifest, self._dialect)

    def sql(self, metrics: tuple[str, ...], group_by: tuple[str, ...], where: tuple[str, ...] = ()) -> str:
        """See `Compiler.sql`."""
        return self._answer(lambda: self._compiler.sql(metrics, group_by, where), "sql", metrics, group_by, where)

    def dimensions(self, metric: str) -> dict[str, str]:
        """See `Compiler.dimensions`."""
        return self._answer(lambda: self._compiler.dimensions(metric), "dimensions", metric)

    def own_grain(self, metric: str) -> str:
        """See `Compiler.own_grain`."""
        return self._answer(lambda: self._compiler.own_grain(metric), "own_grain", metric)

    def primary_entity(self, metric: str) -> str:
        """See `Compiler.primary_entity`."""
        return self._answer(lambda: self._compiler.primary_entity(metric), "primary_entity", metric)

    def inputs(self, metric: str) -> tuple[str, ...]:
        """See `Compiler.inputs`."""
        return tuple(self._answer(lambda: self._compiler.inputs(metric), "inputs", metric))

    def relations(self, metric: str) -> tuple[str, ...]:
        """See `Compiler.relations`."""
        return tuple(self._answer(lambda: self._compiler.relations(metric), "relations", metric))

    def sources(self, metric: str) -> tuple[str, ...]:
        """See `Compiler.sources`."""
        return tuple(self._answer(lambda: self._compiler.sources(metric), "sources", metric))

    def save(self) -> None:
        """Keep what was compiled since, if anything was."""
        if self._file is None or not self._is_new:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        partial = self._file.with_name(f".{self._file.name}.{os.getpid()}")
        # Another process may have kept its own meanwhile.
        answers = {**self._kept(), **self._answers}
        partial.write_text(json.dumps({"version": self._version, "answers": answers}))
        partial.replace(self._file)
        self._is_new = False

    def _answer(self, compute: Callable[[], T], *question: Any) -> T:
        key = json.dumps(question)
        if key not in self._answers:
            self._answers[key] = compute()
            self._is_new = True
        answer: T = self._answers[key]
        return answer

    @cached_property
    def _answers(self) -> dict[str, Any]:
        return self._kept()

    def _kept(self) -> dict[str, Any]:
        try:
            kept = json.loads(self._file.read_text()) if self._file is not None else {}
        except (OSError, ValueError):
            kept = {}
        return dict(kept["answers"]) if kept.get("version") == self._version else {}

    @cached_property
    def _version(self) -> str:
        """Everything an answer depends on: the definitions, the dialect, MetricFlow and the compiler's own code."""
        digest = hashlib.sha256(f"{self._dialect}\0{version('metricflow')}\0".encode())
        for path in (self._semantic_manifest, Path(__file__).with_name("compiler.py")):
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()
