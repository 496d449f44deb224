"""One number, taken apart and put together again."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb

from orchestration.lib.dbt.compiled_models import CompiledModels
from orchestration.lib.errors import UsageError
from orchestration.lib.home import Home
from orchestration.lib.replay import Replay
from orchestration.lib.semantic import CompiledQuery, SemanticLayer
from orchestration.lib.semantic.definitions import MetricDefinition
from orchestration.lib.semantic.settings import LayerPaths
from orchestration.lib.trace.facts import CONTRIBUTION, KEY, FactRow, Manifest, Side, standing_period, within
from orchestration.lib.trace.independent import (
    METHOD,
    Family,
    family_of,
    needed_models,
    over_recomputed,
    statements,
)
from orchestration.lib.trace.question import Question, stored_slice, where_text
from orchestration.lib.trace.raw import RawRow, Traced

REPLAYED = "replayed"
TOLERANCE = 1e-9


@dataclass(frozen=True)
class SideTrace:
    """One side of a value: its rows' sum as published, and the rows that make it."""

    side: Side
    total: Any
    rows: list[FactRow]


@dataclass(frozen=True)
class Difference:
    """Where a number and its recomputation part: the first row that differs, and what it holds on both sides."""

    place: str
    published: Any
    recomputed: Any


@dataclass(frozen=True)
class Recomputation:
    """The value made again from the traced raw rows alone, by `method`; `sides` as for the published one."""

    method: str
    value: Any
    sides: Mapping[str, Any]


@dataclass(frozen=True)
class Trace:
    """Everything about one number. `reason` says why a null is null; `differences` is empty when it reconciles."""

    question: Question
    definition: MetricDefinition
    build: str
    value: Any
    reason: str | None
    sql: str
    sides: list[SideTrace]
    raw_rows: list[RawRow]
    raw_counts: Mapping[tuple[str, str], int]
    recomputation: Recomputation | None
    differences: list[Difference] = field(default_factory=list)

    @property
    def reconciles(self) -> bool:
        """Whether the number can be had from its rows."""
        return not self.differences


class Tracer:
    """Traces the numbers of one build: the published one, or that of `paths`. A context manager, or `close()` it."""

    def __init__(self, home: Home, paths: LayerPaths | None = None) -> None:
        self.home = home
        self.layer = SemanticLayer.open(paths or home)
        self.build_dir = self.layer.paths.build_dir
        self.manifest = Manifest(self.layer.paths.semantic_manifest)
        self.models = CompiledModels.read(self.build_dir)
        if not self._has("audit", "fact_sources"):
            raise UsageError(f"the build {self.build_dir.name} does not say where facts come from: run it again")

    def __enter__(self) -> Tracer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the build."""
        self.layer.close()

    def trace(self, question: Question, *, raw_limit: int | None = None, package: Path | None = None) -> Trace:
        """The whole trace; with `package` also written there as evidence.

        Raises `UsageError` for an unknown metric, dimension, value or grain, and where there is nothing to pack.
        """
        part = self.part(question)
        if part.value is None:
            if package is not None:
                raise UsageError(f"{question.metric} has no value in this period and slice: there is nothing to pack")
            return self.finished(part, None, None)
        with (
            self.traced(part) as traced,
            self.recomputing(part, traced) as replay,
        ):
            trace = self.finished(part, traced, replay, raw_limit=raw_limit)
            if package is not None:
                from orchestration.lib.trace.package import write_package

                write_package(package, self, part, trace, replay)
            return trace

    def traced(self, *parts: Part) -> Traced:
        """The raw rows behind a published number, or behind any of several that need the same kind of rows."""
        return Traced.behind(
            self.layer.connection,
            [part.sides for part in parts],
            self.home.path,
            self.build_dir,
            with_slices=any(part.needs_slices for part in parts),
        )

    def part(self, question: Question) -> Part:
        """What is published: the value and its two sides, before anything is recomputed."""
        layer = self.layer
        layer.check([question.metric], by=[name for name, _ in question.where], grain=question.grain)
        where = stored_slice(layer, question, self.manifest.dimension_values(layer, question))
        compiled = layer.explain([question.metric], grain=question.grain, where=where_text(where))
        sides = self.manifest.sides(layer, question, where)
        return Part(question, where, compiled[0], sides, self.value(question, where), family_of(sides, where))

    def value(self, question: Question, where: Mapping[str, str | None] | None = None) -> Any:
        """The published value, or None; `where` is the slice as the warehouse has it (default: the total)."""
        result = self.layer.query(
            [question.metric],
            grain=question.grain,
            since=question.period,
            until=question.period,
            where=where_text(where or {}),
        )
        return result.rows[0][result.columns.index(question.metric)] if result.rows else None

    def recomputing(self, part: Part, traced: Traced) -> Replay:
        """An empty database over the traced rows, with what the metric's rows are recomputed by.

        The formulas of its family where there is one, else the models that the metric reads.
        """
        replay = Replay(self.models, traced.sources(), copy_rows=True)
        try:
            replay.make(self.recomputed_models(part))
            if part.family is not None:
                for statement in self.formulas(part):
                    replay.connection.execute(statement)
        except duckdb.Error:
            replay.close()
            raise
        return replay

    def recomputed_models(self, part: Part) -> list[str]:
        """The models that the recomputation reads: the typed rows for formulas, else those of the metric."""
        return self.relations(part) if part.family is None else needed_models(part.family)

    def recomputed_sides(self, part: Part) -> list[Side]:
        """The sides, asked of what was recomputed."""
        if part.family is None:
            return part.sides
        return [replace(side, sql=over_recomputed(side.sql)) for side in part.sides]

    def formulas(self, part: Part) -> list[str]:
        """The statements of the metric's family for the period of its fact rows."""
        assert part.family is not None
        relations = {name: model.relation for name, model in self.models.by_name.items()}
        return statements(part.family, relations, *within(self.layer, part.question))

    def relations(self, part: Part) -> list[str]:
        """The models that the metric's statement reads."""
        return [
            name
            for relation, name in self.models.by_relation.items()
            if self.models.by_name[name].relation in part.compiled.sql
            or any(self.models.by_name[name].relation in side.sql for side in part.sides)
            or relation in part.compiled.relations
        ]

    def finished(
        self, part: Part, traced: Traced | None, replay: Replay | None, *, raw_limit: int | None = None
    ) -> Trace:
        """The trace of a published part, recomputed in `replay`."""
        connection = self.layer.connection
        sides = [SideTrace(side, side.total(connection), side.contributing(connection)) for side in part.sides]
        reason = self.reason(part, sides) if part.value is None else None
        differences: list[Difference] = []
        recomputation = None
        added = self._value(part, {entry.side.name: entry.total for entry in sides})
        if part.value is not None and not agree(part.value, added):
            differences.append(Difference(f"the fact rows of {sides[0].side.fact} do not add up", part.value, added))
        if traced is not None:
            differences += [Difference(f"{damage.row.place} {damage.what}", None, None) for damage in traced.damages()]
        if replay is not None:
            again = self.recomputed_sides(part)
            if part.family is None:
                recomputation = self.replayed(part, replay)
            else:
                totals = {side.name: side.total(replay.connection) for side in again}
                recomputation = Recomputation(METHOD, self._value(part, totals), totals)
            if part.family is None or part.family.has_rows:
                differences += first_differences(part.sides, connection, again, replay.connection)
            if not agree(part.value, recomputation.value):
                differences.append(Difference("the value", part.value, recomputation.value))
        return Trace(
            question=part.question,
            definition=self.layer.metrics[part.question.metric],
            build=self.build_dir.name,
            value=part.value,
            reason=reason,
            sql=part.compiled.sql,
            sides=sides,
            raw_rows=traced.rows(raw_limit) if traced is not None else [],
            raw_counts=traced.counts if traced is not None else {},
            recomputation=recomputation,
            differences=differences,
        )

    def replayed(self, part: Part, replay: Replay) -> Recomputation:
        """The metric's own compiled statement, run where only the traced rows are."""
        cursor = replay.connection.execute(part.compiled.sql)
        names = [column[0] for column in cursor.description]
        time, value = names.index(f"metric_time__{part.compiled.grain}"), names.index(part.question.metric)
        wanted = self._fetched_period(part)
        found = next((row[value] for row in cursor.fetchall() if _day(row[time]) == wanted), None)
        sides = {side.name: side.total(replay.connection) for side in part.sides}
        return Recomputation(REPLAYED, self._or_empty(part, found), sides)

    def _fetched_period(self, part: Part) -> Any:
        compiled, question = part.compiled, part.question
        if compiled.takes is None or compiled.grain is None:
            return question.period
        return standing_period(self.layer, question, compiled.grain, first=compiled.takes == "first")

    def _value(self, part: Part, totals: Mapping[str, Any]) -> Any:
        """The metric from the totals of its sides."""
        if "value" in totals:
            return self._or_empty(part, totals["value"])
        return ratio(totals["numerator"], totals["denominator"])

    def _or_empty(self, part: Part, value: Any) -> Any:
        """What stands for no rows: 0 for sums, as in the published answer."""
        if value is None and part.value is not None and self.layer.metrics[part.question.metric].empty is not None:
            return Decimal(0)
        return value

    def reason(self, part: Part, sides: Sequence[SideTrace]) -> str:
        """Why there is no number."""
        layer, question = self.layer, part.question
        missing = layer.missing_sources(question.metric)
        if missing:
            return f"not connected: {', '.join(missing)}"
        calendar = layer.calendar
        last = calendar.last_day(layer.own_grain(question.metric))
        if calendar.first_on is None:
            return "there is no contract yet"
        if last is None or question.period > last:
            what = "closed month-end" if last == calendar.last_closed_on else "day that the build sees"
            return f"the period is not over: the last {what} is {last or 'still to come'}"
        if question.last_day < calendar.first_on:
            return f"before the first contract, which counts from {calendar.first_on}"
        if len(sides) == 2:
            numerator, denominator = sides
            return (
                f"nothing to divide by: {denominator.side.metric} is {denominator.total or 0} "
                f"({numerator.side.metric} is {numerator.total or 0})"
            )
        side = sides[0].side
        kind = layer.metrics[question.metric].kind
        if layer.metrics[question.metric].single_dimensions is not None:
            rows = side.rows(layer.connection)
            if rows:
                return f"{side.fact} holds no value for {rows[0][KEY]}: {self._formula(question)}"
            return f"{side.fact} has no row for this period and slice: {self._formula(question)}"
        if kind == "arrival":
            return f"nobody arrived in the period: {side.fact} has no row to rank ({self._formula(question)})"
        return f"{side.fact} has no row in this period and slice"

    def _formula(self, question: Question) -> str:
        documented = self.layer.metrics[question.metric].documentation
        return f"{documented['formula']}; {documented['window']}"

    def _has(self, schema: str, relation: str) -> bool:
        found = self.layer.connection.execute(
            "select count(*) from information_schema.tables where table_schema = ? and table_name = ?",
            [schema, relation],
        ).fetchone()
        return bool(found and found[0])


@dataclass(frozen=True)
class Part:
    """A published number: the statement that answers it, and its sides over the marts."""

    question: Question
    where: Mapping[str, str | None]
    compiled: CompiledQuery
    sides: list[Side]
    value: Any
    family: Family | None

    @property
    def needs_slices(self) -> bool:
        """Whether rows that only slice are read. A total that the formulas work out needs none; models join them in
        any case."""
        return self.family is None or bool(self.where)


def ratio(numerator: Any, denominator: Any) -> float | None:
    """Numerator ÷ denominator once, as the semantic layer does; None over nothing."""
    if numerator is None or not denominator:
        return None
    return float(numerator) / float(denominator)


def agree(published: Any, recomputed: Any) -> bool:
    """Exact for sums, which are decimals or whole numbers; to 1e-9 of the value for floats."""
    if published is None or recomputed is None:
        return published is recomputed
    if isinstance(published, float) or isinstance(recomputed, float):
        return math.isclose(float(published), float(recomputed), rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return bool(published == recomputed)


def first_differences(
    sides: Sequence[Side],
    published: duckdb.DuckDBPyConnection,
    again: Sequence[Side],
    recomputed: duckdb.DuckDBPyConnection,
) -> list[Difference]:
    """Per side the first row, by key, whose contribution is not the same in both databases."""
    found = []
    for side, other in zip(sides, again, strict=True):
        before, after = _contributions(side, published), _contributions(other, recomputed)
        for key in sorted(before.keys() | after.keys()):
            if not agree(before.get(key), after.get(key)):
                found.append(Difference(f"{side.fact} row {key} ({side.name})", before.get(key), after.get(key)))
                break
    return found


def _contributions(side: Side, connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    return dict(
        connection.execute(f"select {KEY}, {CONTRIBUTION} from ({side.sql}) where {side.contributes}").fetchall()
    )


def _day(value: Any) -> Any:
    return value.date() if hasattr(value, "date") else value


def tracer_of(home: Path) -> Tracer:
    """The tracer of a state directory."""
    return Tracer(Home(home))
