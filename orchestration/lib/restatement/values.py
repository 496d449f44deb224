"""Published values computed again over the relations of a replay."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from orchestration.lib.dbt.compiled_models import CompiledModels
from orchestration.lib.errors import PostsaleError
from orchestration.lib.home import Home
from orchestration.lib.ledger.restated import RestatedValue
from orchestration.lib.replay import Replay
from orchestration.lib.replay.replay import Progress
from orchestration.lib.semantic.compiled import CompiledMetrics
from orchestration.lib.semantic.definitions import SavedQueryDefinition
from orchestration.lib.semantic.exports import TYPES, label_of, subsets
from orchestration.lib.semantic.layer import SemanticLayer
from orchestration.lib.semantic.postsale import SETTINGS, building_paths
from orchestration.lib.semantic.settings import LayerPaths

# Grain, dimensions and filter of a slice: what one query of the layer answers.
Shape = tuple[str, frozenset[str], str]

FILTER = "where"
# What the layer itself reads, whatever is asked: the calendar and the state of the sources.
CALENDAR = ("stg_build__parameters", "stg_build__sources", "fct_arr_snapshot")


class CannotReplayError(PostsaleError):
    """Values cannot be computed over this mixture of inputs, definitions and code."""


@dataclass(frozen=True)
class _Question:
    """One query of the layer, and the values that it answers."""

    metrics: tuple[str, ...]
    by: tuple[str, ...]
    grain: str
    filters: tuple[str, ...]
    values: tuple[RestatedValue, ...]


class Definitions:
    """One build's definitions, ready to be asked. Statements are planned once for all mixtures of inputs."""

    def __init__(self, paths: LayerPaths) -> None:
        self._paths = paths
        self._compiler = CompiledMetrics(paths.semantic_manifest, "duckdb", paths.compiled)

    @classmethod
    def building(cls, home: Home) -> Definitions:
        """Those of the build under way."""
        return cls(building_paths(home))

    @classmethod
    def kept(cls, document: Mapping[str, Any], folder: Path, home: Home) -> Definitions:
        """Those that the ledger kept, written into `folder`."""
        path = folder / "semantic_manifest.json"
        path.write_text(json.dumps(document))
        return cls(replace(building_paths(home), semantic_manifest=path, compiled=None))

    def save(self) -> None:
        """Keep what was planned with what the build's own exports planned."""
        self._compiler.save()

    def models(self, values: Sequence[RestatedValue], models: CompiledModels) -> dict[str, set[str]]:
        """Per metric the models that its values are read from, the calendar's among them."""
        layer = self._layer(None)
        calendar = {name for name in CALENDAR if name in models.by_name}
        found: dict[str, set[str]] = {}
        for question in self._questions(layer, values):
            try:
                statements = layer.compile_slices(question.metrics, question.by, question.grain, question.filters)
            except Exception:  # noqa: S112 (a slice that these definitions do not have; computing it says so)
                continue
            read = {model.name for model in models.by_name.values() for text in statements if model.relation in text}
            for metric in {value.metric for value in question.values}:
                found.setdefault(metric, set(calendar)).update(read)
        return found

    def compute(
        self, values: Sequence[RestatedValue], models: CompiledModels, replay: Replay, on_progress: Progress
    ) -> dict[RestatedValue, str | None]:
        """The values over the replay's inputs, as exact text. Raises `CannotReplayError`."""
        try:
            replay.make(set().union(*self.models(values, models).values()), on_progress)
            layer = self._layer(replay)
            found: dict[RestatedValue, str | None] = dict.fromkeys(values)
            for question in self._questions(layer, values):
                found.update(_answers(layer, question))
        except CannotReplayError:
            raise
        except Exception as error:
            # DuckDB, MetricFlow and the layer each say in their own way that definitions and models do not meet
            first = str(error).strip().splitlines()
            raise CannotReplayError(first[0] if first else repr(error)) from error
        return found

    def _layer(self, replay: Replay | None) -> SemanticLayer:
        if replay is None:
            layer = SemanticLayer.of_definitions(self._paths, SETTINGS)
        else:
            layer = SemanticLayer.over(replay.connection, self._paths, SETTINGS)
        layer.compiler = self._compiler
        return layer

    def _questions(self, layer: SemanticLayer, values: Sequence[RestatedValue]) -> Iterator[_Question]:
        """The queries that exports ask, as far as they give one of the values: their statements are planned already."""
        shapes: dict[Shape, dict[str, list[RestatedValue]]] = {}
        for value in values:
            if value.metric in layer.metrics:
                shapes.setdefault(_shape(value), {}).setdefault(value.metric, []).append(value)
        exported: dict[Shape, list[tuple[SavedQueryDefinition, tuple[str, ...]]]] = {}
        for query in layer.saved_queries.values():
            for subset in subsets(query) if query.table and query.grain else ():
                shape = (str(query.grain), frozenset(subset), " and ".join(query.where))
                exported.setdefault(shape, []).append((query, subset))
        for shape, asked in shapes.items():
            grain, by, where = shape
            waiting = dict(asked)
            for query, subset in exported.get(shape, ()):
                wanted = waiting.keys() & set(query.metrics)
                if wanted:
                    metrics = layer.answered_with(wanted, query.metrics, subset, grain, query.where)
                    answered = tuple(value for name in wanted for value in waiting.pop(name))
                    yield _Question(metrics, subset, grain, query.where, answered)
            for metric, unanswered in waiting.items():
                filters = (where,) if where else ()
                yield _Question((metric,), tuple(sorted(by)), grain, filters, tuple(unanswered))


def _shape(value: RestatedValue) -> Shape:
    dimensions = json.loads(value.slice)
    where = str(dimensions.pop(FILTER, ""))
    return value.grain, frozenset(dimensions), where


def _answers(layer: SemanticLayer, question: _Question) -> dict[RestatedValue, str | None]:
    """The values of one question as exact text, in the type that the export writes."""
    result = layer.slices(question.metrics, question.by, question.grain, question.filters)
    width = 1 + len(question.by)
    places = {
        (
            row[0],
            frozenset(zip(question.by, (label_of(cell, layer.settings) for cell in row[1:width]), strict=True)),
        ): row
        for row in result.rows
    }
    wanted: dict[str, list[tuple[RestatedValue, Any]]] = {}
    for value in question.values:
        dimensions = json.loads(value.slice)
        dimensions.pop(FILTER, None)
        row = places.get((value.metric_time, frozenset(dimensions.items())))
        cell = row[width + question.metrics.index(value.metric)] if row is not None else None
        wanted.setdefault(layer.metrics[value.metric].unit, []).append((value, cell))
    found: dict[RestatedValue, str | None] = {}
    for unit, cells in wanted.items():
        texts = layer.connection.execute(
            f"select cast(unnest($cells::{TYPES[unit]}[]) as varchar)", {"cells": [cell for _, cell in cells]}
        ).fetchall()
        found.update({value: text for (value, _), (text,) in zip(cells, texts, strict=True)})
    return found
