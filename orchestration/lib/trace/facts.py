"""The fact rows behind a metric's value, read from the semantic manifest of the build that published it.

Each metric is a measure of one mart, or the ratio of two. A side of it is that measure over the mart's rows of the
period and the slice: the same rows that MetricFlow's SQL aggregates, listed one by one.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from orchestration.lib.contracts.sql import identifier, literal
from orchestration.lib.errors import PostsaleError
from orchestration.lib.semantic import SemanticLayer
from orchestration.lib.semantic.periods import end_of, start_of
from orchestration.lib.trace.question import Question

# Names that the statement gives to what it adds to the mart's own columns.
KEY, CONTRIBUTION, TIME = "_fact_id", "_contribution", "_time"

# As in the macro `surrogate_key`: a bar inside a part is doubled.
_BAR, _BARS = "'|'", "'||'"


@dataclass(frozen=True)
class FactRow:
    """One row of a mart that the value is made of.

    `share` is its part of the side's sum; of a median or percentile `rank` is its place among the rows and `share`
    says how much of the value it decides (0 for most rows).
    """

    side: str
    fact: str
    fact_id: str
    account_id: str | None
    on: dt.date | None
    contribution: Any
    share: float | None
    rank: int | None = None


@dataclass(frozen=True)
class Side:
    """One measure over the rows of one mart: the value itself, or the numerator or denominator of a ratio.

    `model` is the semantic model, `fact` its mart. `sql` lists the rows that pass period and slice, with `KEY`, `TIME`
    and `CONTRIBUTION`; `total` is the aggregate over them.
    """

    name: str
    metric: str
    model: str
    measure: str
    time_dimension: str
    fact: str
    aggregation: str
    percentile: float | None
    sql: str

    @property
    def aggregate(self) -> str:
        """SQL of the aggregate over the rows."""
        value = identifier(CONTRIBUTION)
        if self.aggregation == "count_distinct":
            return f"count(distinct {value})"
        if self.percentile is not None:
            return f"quantile_cont({value}, {self.percentile})"
        return f"{self.aggregation}({value})"

    @property
    def contributes(self) -> str:
        """Condition over the rows: whether a row moves the value."""
        return f"{CONTRIBUTION} is not null" + (f" and {CONTRIBUTION} <> 0" if self.aggregation == "sum" else "")

    def total(self, connection: duckdb.DuckDBPyConnection) -> Any:
        """The side's value over the rows of a database."""
        row = connection.execute(f"select {self.aggregate} from ({self.sql})").fetchone()
        return row[0] if row else None

    def rows(self, connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
        """The rows with all columns of the mart, in order of their key."""
        cursor = connection.execute(f"{self.sql} order by {identifier(KEY)}")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def contributing(self, connection: duckdb.DuckDBPyConnection) -> list[FactRow]:
        """The rows that move the value, with their shares, the largest first."""
        named = {column[0] for column in connection.execute(f"select * from ({self.sql}) limit 0").description}
        account = "account_id" if "account_id" in named else "cast(null as varchar)"
        found = connection.execute(
            f"select {KEY}, {account}, {TIME}, {CONTRIBUTION} from ({self.sql}) where {self.contributes}"
        ).fetchall()
        if self.percentile is not None:
            return self._ranked(found)
        if self.aggregation == "count_distinct":
            return self._distinct(found)
        total = sum(row[3] for row in found)
        listed = [
            self._row(row, share=float(row[3]) / float(total) if self.aggregation == "sum" and total else None)
            for row in found
        ]
        return sorted(listed, key=lambda row: (-abs(row.contribution), row.fact_id))

    def _ranked(self, found: Sequence[tuple[Any, ...]]) -> list[FactRow]:
        """In order of value. The continuous quantile lies between the rows at `floor` and `ceil` of its place."""
        ordered = sorted(found, key=lambda row: (row[3], row[0]))
        place = (len(ordered) - 1) * (self.percentile or 0)
        low, part = math.floor(place), place - math.floor(place)
        weights = {low: 1 - part, low + 1: part}
        return [self._row(row, share=weights.get(rank, 0.0), rank=rank + 1) for rank, row in enumerate(ordered)]

    def _distinct(self, found: Sequence[tuple[Any, ...]]) -> list[FactRow]:
        """A value that several rows bear counts once, in equal parts."""
        times: dict[Any, int] = {}
        for row in found:
            times[row[3]] = times.get(row[3], 0) + 1
        listed = [self._row(row, share=1 / times[row[3]] / len(times)) for row in found]
        return sorted(listed, key=lambda row: (str(row.contribution), row.fact_id))

    def _row(self, row: Sequence[Any], share: float | None, rank: int | None = None) -> FactRow:
        key, account, time, contribution = row
        return FactRow(self.name, self.fact, key, account, time, contribution, share, rank)


@dataclass(frozen=True)
class Manifest:
    """A build's semantic manifest, as far as tracing reads it."""

    path: Path
    _document: dict[str, Any] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._document.update(json.loads(self.path.read_text()))

    @cached_property
    def _metrics(self) -> dict[str, dict[str, Any]]:
        return {entry["name"]: entry for entry in self._document["metrics"]}

    @cached_property
    def _measures(self) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
        return {
            measure["name"]: (model, measure)
            for model in self._document["semantic_models"]
            for measure in model["measures"]
        }

    @cached_property
    def _primary(self) -> dict[str, dict[str, Any]]:
        """Semantic models by their primary entity, those that hold measures last: dimensions are looked up here."""
        found: dict[str, dict[str, Any]] = {}
        for model in sorted(self._document["semantic_models"], key=lambda model: bool(model["measures"])):
            for entity in model["entities"]:
                if entity["type"] == "primary":
                    found.setdefault(entity["name"], model)
        return found

    def sides(self, layer: SemanticLayer, question: Question, where: Mapping[str, str | None]) -> list[Side]:
        """The value's one side, or a ratio's two; `where` is the slice as the marts hold it."""
        entry = self._metrics[question.metric]
        if entry["type"] == "simple":
            return [self._side("value", question.metric, layer, question, where)]
        if entry["type"] == "ratio":
            return [
                self._side(name, entry["type_params"][name]["name"], layer, question, where)
                for name in ("numerator", "denominator")
            ]
        raise PostsaleError(f"{question.metric} is of type {entry['type']}, which trace cannot take apart")

    def dimension_values(self, layer: SemanticLayer, question: Question) -> dict[str, list[str | None]]:
        """Every value that each dimension of the slice has in any period."""
        names = layer.dimensions(question.metric)
        found: dict[str, list[str | None]] = {}
        for name, _ in question.where:
            if layer.metrics[question.metric].single_dimensions is not None:
                relation = self._model_of(question.metric)["node_relation"]["relation_name"]
                expression = layer.settings.cube_value
                condition = f"where {layer.settings.cube_dimension} = {literal(name)}"
            else:
                entity, dimension = names[name].split("__", 1)
                model = self._model_of(question.metric)
                if self._primary_entity(model) != entity:
                    model = self._primary[entity]
                relation = model["node_relation"]["relation_name"]
                expression, condition = self._dimension(model, dimension), ""
            rows = layer.connection.execute(f"select distinct {expression} from {relation} {condition}").fetchall()
            found[name] = [row[0] for row in rows]
        return found

    def _model_of(self, metric: str) -> dict[str, Any]:
        entry = self._metrics[metric]
        if entry["type"] == "ratio":
            entry = self._metrics[entry["type_params"]["numerator"]["name"]]
        return self._measures[entry["type_params"]["measure"]["name"]][0]

    def _side(
        self, name: str, metric: str, layer: SemanticLayer, question: Question, where: Mapping[str, str | None]
    ) -> Side:
        entry = self._metrics[metric]
        model, measure = self._measures[entry["type_params"]["measure"]["name"]]
        if entry["filter"] or entry["type_params"]["measure"]["filter"]:
            raise PostsaleError(f"{metric} filters its measure, which trace cannot take apart")
        time = measure["agg_time_dimension"] or model["defaults"]["agg_time_dimension"]
        columns = [
            f"cast({self._key(model)} as varchar) as {KEY}",
            f"cast({self._dimension(model, time)} as date) as {TIME}",
            f"{measure['expr'] or measure['name']} as {CONTRIBUTION}",
        ]
        first_day, last_day = within(layer, question)
        joins, conditions = [], [f"facts.{TIME} between date '{first_day}' and date '{last_day}'"]
        for place, (dimension, value) in enumerate(_conditions(layer, question.metric, where)):
            entity, _, column = dimension.rpartition("__")
            if not entity or entity == self._primary_entity(model):
                columns.append(f"{self._dimension(model, column)} as _slice_{place}")
                held = f"facts._slice_{place}"
            else:
                other = self._primary[entity]
                columns.append(f"{self._foreign(model, entity)} as _entity_{place}")
                joins.append(
                    f"left join (select {self._key(other)} as joined_key, "
                    f"{self._dimension(other, column)} as joined_value from {other['node_relation']['relation_name']}) "
                    f"as slice_{place} on facts._entity_{place} = slice_{place}.joined_key"
                )
                held = f"slice_{place}.joined_value"
            conditions.append(f"{held} is null" if value is None else f"{held} = {literal(value)}")
        relation = model["node_relation"]["relation_name"]
        listed = "\n    ".join(["", *joins]) if joins else ""
        parameters = measure["agg_params"] or {}
        return Side(
            name=name,
            metric=metric,
            model=model["name"],
            measure=measure["name"],
            time_dimension=time,
            fact=model["node_relation"]["alias"],
            aggregation=measure["agg"],
            percentile=0.5 if measure["agg"] == "median" else parameters.get("percentile"),
            sql=(
                f"select facts.*\nfrom (\n    select *, {', '.join(columns)}\n    from {relation}\n) as facts{listed}\n"
                f"where {' and '.join(conditions)}"
            ),
        )

    def _key(self, model: Mapping[str, Any]) -> str:
        for entity in model["entities"]:
            if entity["type"] == "primary":
                return str(entity["expr"] or entity["name"])
        # A cube has no entity: the key of its row is that of its period, its dimension and the dimension's value.
        parts = ("cast(month_end as varchar)", "dimension", "dimension_value")
        return f"md5(concat_ws(' | ', {', '.join(f'replace({part}, {_BAR}, {_BARS})' for part in parts)}))"

    def _primary_entity(self, model: Mapping[str, Any]) -> str | None:
        for entity in model["entities"]:
            if entity["type"] == "primary":
                return str(entity["name"])
        return str(model["primary_entity"]) if model["primary_entity"] else None

    def _foreign(self, model: Mapping[str, Any], name: str) -> str:
        entity = next(entity for entity in model["entities"] if entity["name"] == name)
        return str(entity["expr"] or entity["name"])

    def _dimension(self, model: Mapping[str, Any], name: str) -> str:
        dimension = next(entry for entry in model["dimensions"] if entry["name"] == name)
        return str(dimension["expr"] or dimension["name"])


def _conditions(layer: SemanticLayer, metric: str, where: Mapping[str, str | None]) -> list[tuple[str, str | None]]:
    """Conditions as (qualified dimension, value); a precomputed metric is picked by the keys of its cube."""
    if layer.metrics[metric].single_dimensions is None:
        names = layer.dimensions(metric)
        return [(names[name], value) for name, value in where.items()]
    settings = layer.settings
    return [
        (settings.cube_dimension, next(iter(where), settings.cube_total)),
        *((settings.cube_value, value) for value in where.values()),
    ]


def within(layer: SemanticLayer, question: Question) -> tuple[dt.date, dt.date]:
    """First and last day of the fact rows. A stock's rows are those of the month-end that stands for the period."""
    own = layer.own_grain(question.metric)
    kind = layer.metrics[question.metric].kind
    if question.grain == own or kind not in ("snapshot", "opening"):
        return question.period, question.last_day
    period = standing_period(layer, question, own, first=kind == "opening")
    return period, end_of(period, own)


def standing_period(layer: SemanticLayer, question: Question, own: str, *, first: bool) -> dt.date:
    """First day of the finer period whose value a stock shows for the coarser one; see `SemanticLayer`."""
    if first:
        begin = layer.calendar.first_on or question.period
        return max(question.period, start_of(begin, own))
    last = layer.calendar.last_day(own) or question.last_day
    return start_of(min(question.last_day, last), own)
