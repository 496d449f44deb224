"""MetricFlow as a compiler: metrics and dimensions in, SQL out.

The SQL runs on a connection of the layer's own, read-only. MetricFlow's dbt adapter client is not used: it
starts dbt, locks the warehouse, and infers every value's type again on the way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NoReturn

from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.databricks import DatabricksSqlPlanRenderer
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantic_interfaces.type_enums import DimensionType, EntityType
from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

from orchestration.lib.semantic.periods import GRAINS, finer

# Spark runs the SQL that MetricFlow writes for Databricks.
_DIALECTS = {
    "duckdb": (SqlEngine.DUCKDB, DuckDbSqlPlanRenderer),
    "spark": (SqlEngine.DATABRICKS, DatabricksSqlPlanRenderer),
}


class _Dialect:
    """The part of MetricFlow's SQL client that compiling needs; it refuses to run anything."""

    def __init__(self, dialect: str) -> None:
        engine, renderer = _DIALECTS[dialect]
        self.sql_engine_type = engine
        self.sql_plan_renderer = renderer()

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise NotImplementedError("MetricFlow only compiles here; the layer runs the SQL")

    query = execute = dry_run = render_bind_parameter_key = _refuse

    def close(self) -> None:
        """Nothing is open."""


class Compiler:
    """Compiles queries over one semantic manifest. Loading takes a fraction of a second, each query some hundredths."""

    def __init__(self, semantic_manifest: Path, dialect: str = "duckdb") -> None:
        manifest = parse_manifest_from_dbt_generated_manifest(semantic_manifest.read_text())
        self._engine = MetricFlowEngine(
            semantic_manifest_lookup=SemanticManifestLookup(manifest),
            sql_client=_Dialect(dialect),
        )
        self._metrics = {metric.name: metric for metric in manifest.metrics}
        self._models = {model.name: model for model in manifest.semantic_models}
        self.dialect = dialect
        self.sql = cache(self._sql)
        self.dimensions = cache(self._dimensions)

    def _sql(self, metrics: tuple[str, ...], group_by: tuple[str, ...], where: tuple[str, ...] = ()) -> str:
        """SQL of metrics by qualified group-by names (`metric_time__month`, `book__segment`), with Jinja filters."""
        request = MetricFlowQueryRequest.create(
            metric_names=list(metrics), group_by_names=list(group_by), where_constraints=list(where) or None
        )
        return str(self._engine.explain(request).sql_statement.sql)

    def _dimensions(self, metric: str) -> dict[str, str]:
        """Short to qualified name of every categorical dimension one join away, by short name.

        The metric's own dimensions come first, then those of its semantic model's entities in declared order.
        """
        order = list(self._entities(metric))
        found: dict[str, list[str]] = {}
        for dimension in self._engine.simple_dimensions_for_metrics([metric]):
            links = [link.element_name for link in dimension.entity_links]
            if dimension.type is not DimensionType.CATEGORICAL or len(links) != 1 or links[0] not in order:
                continue
            if dimension.dunder_name in self._hidden:
                continue
            found.setdefault(dimension.name, []).append(links[0])
        return {name: f"{min(links, key=order.index)}__{name}" for name, links in sorted(found.items())}

    def own_grain(self, metric: str) -> str:
        """The finest grain at which the metric exists."""
        grains = [
            dimension.dunder_name.removeprefix("metric_time__")
            for dimension in self._engine.simple_dimensions_for_metrics([metric])
            if dimension.dunder_name.startswith("metric_time__")
        ]
        known = [grain for grain in grains if grain in GRAINS]
        finest = known[0] if known else "day"
        for grain in known[1:]:
            finest = grain if finer(grain, finest) else finest
        return finest

    def primary_entity(self, metric: str) -> str:
        """Primary entity of the first semantic model the metric reads."""
        return next(self._entities(metric))

    def inputs(self, metric: str) -> tuple[str, ...]:
        """Names of the simple metrics that a metric is computed from, itself included when simple."""
        return tuple(dict.fromkeys(self._simple(metric)))

    def sources(self, metric: str) -> tuple[str, ...]:
        """What the metric scans: its semantic models, each with the date that places rows in time."""
        scans = dict.fromkeys(
            f"{parameters.semantic_model}.{parameters.agg_time_dimension}"
            for parameters in (
                self._metrics[name].type_params.metric_aggregation_params for name in self.inputs(metric)
            )
        )
        return tuple(scans)

    def relations(self, metric: str) -> tuple[str, ...]:
        """The dbt models (`schema.alias`) whose rows the metric aggregates."""
        names = dict.fromkeys(
            f"{model.node_relation.schema_name}.{model.node_relation.alias}" for model in self._semantic_models(metric)
        )
        return tuple(names)

    def _simple(self, metric: str) -> Iterator[str]:
        inputs = self._metrics[metric].input_metrics
        if not inputs:
            yield metric
        for item in inputs:
            yield from self._simple(item.name)

    def _semantic_models(self, metric: str) -> Sequence[Any]:
        names = dict.fromkeys(
            self._metrics[name].type_params.metric_aggregation_params.semantic_model for name in self.inputs(metric)
        )
        return [self._models[name] for name in names]

    def _entities(self, metric: str) -> Iterator[str]:
        models = self._semantic_models(metric)
        for model in models:
            if model.primary_entity:
                yield str(model.primary_entity)
        for kind in (True, False):
            for model in models:
                for entity in model.entities:
                    if (entity.type is EntityType.PRIMARY) is kind:
                        yield str(entity.name)

    @cached_property
    def _hidden(self) -> frozenset[str]:
        """Qualified names of dimensions marked `meta: {hidden: true}`: keys that mean nothing to a reader."""
        hidden = set()
        for model in self._models.values():
            primary = model.primary_entity or next(
                (entity.name for entity in model.entities if entity.type is EntityType.PRIMARY), ""
            )
            for dimension in model.dimensions:
                if dimension.config and dimension.config.meta.get("hidden"):
                    hidden.add(f"{primary}__{dimension.name}")
        return frozenset(hidden)
