"""What dbt's artifacts say about metrics and saved queries, as typed values."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from orchestration.lib.errors import PostsaleError

# How a metric behaves over time.
#   snapshot        a stock at the end of its own period; coarser periods take the last one
#   opening         a stock at the start of its own period; coarser periods take the first one
#   flow            adds up over periods
#   ratio, arrival, deadline_rate  computed anew from the rows of the period
KINDS = frozenset({"snapshot", "opening", "flow", "ratio", "arrival", "deadline_rate"})
UNITS = frozenset({"ratio", "currency", "days", "hours", "count", "number", "score"})
ROLES = frozenset({"metric", "component"})
DOCUMENTED = ("owner", "source", "formula", "numerator", "denominator", "window", "slice_rule")

_GROUP_BY = re.compile(r"^(TimeDimension|Dimension)\(\s*'(\w+)'\s*(?:,\s*'(\w+)'\s*)?\)$")


class DefinitionError(PostsaleError):
    """A metric or a saved query is declared in a way that the layer cannot serve."""


@dataclass(frozen=True)
class MetricDefinition:
    """One metric and what `config.meta` says about it.

    `requires` names the objects without which the metric is null, `requires_any` objects of which one is enough;
    `empty` is what a period without rows holds (0 or None); `single_dimensions` is set for values precomputed
    per total and per one dimension.
    """

    name: str
    label: str
    description: str
    type: str
    kind: str
    unit: str
    role: str
    requires: tuple[str, ...]
    requires_any: tuple[str, ...]
    empty: int | None
    single_dimensions: tuple[str, ...] | None
    documentation: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class SavedQueryDefinition:
    """One saved query. `grain` is None when it has no metric_time.

    `by` holds short dimension names, `group_by` the qualified ones. `rollup`: export every subset of the
    dimensions. `filters`: groups of dimensions that a reader chooses together; the export has no rows for choices
    across groups, and names each row's choice in a column `slice`. `compare_months`: add each metric as it was so many
    months before. `headlines`: the metrics of it whose latest total is traced row by row whenever it is published.
    """

    name: str
    label: str
    description: str
    metrics: tuple[str, ...]
    grain: str | None
    by: tuple[str, ...]
    group_by: tuple[str, ...]
    where: tuple[str, ...]
    rollup: bool
    filters: tuple[tuple[str, ...], ...]
    compare_months: tuple[int, ...]
    headlines: tuple[str, ...]
    schema: str | None
    table: str | None


def read_metrics(semantic_manifest: Path) -> dict[str, MetricDefinition]:
    """Metrics by name. Raises `DefinitionError` naming the metric and the key of its meta to mend."""
    document = json.loads(semantic_manifest.read_text())
    return {entry["name"]: _metric(entry) for entry in document["metrics"]}


def read_saved_queries(semantic_manifest: Path, manifest: Path) -> dict[str, SavedQueryDefinition]:
    """Saved queries by name; their `meta` is only in dbt's whole manifest."""
    document = json.loads(semantic_manifest.read_text())
    metas = {
        entry["name"]: (entry.get("config") or {}).get("meta") or {}
        for entry in json.loads(manifest.read_text()).get("saved_queries", {}).values()
    }
    return {entry["name"]: _saved_query(entry, metas.get(entry["name"], {})) for entry in document["saved_queries"]}


def _metric(entry: Mapping[str, Any]) -> MetricDefinition:
    name = entry["name"]
    meta: dict[str, Any] = (entry.get("config") or {}).get("meta") or {}

    def choice(key: str, allowed: frozenset[str], default: str | None = None) -> str:
        value = meta.get(key, default)
        if value not in allowed:
            raise DefinitionError(f"metric {name}: config.meta.{key} is {value!r}; one of {', '.join(sorted(allowed))}")
        return str(value)

    kind = choice("kind", KINDS)
    empty = meta.get("empty", 0 if kind == "flow" else None)
    if empty not in (0, None):
        raise DefinitionError(f"metric {name}: config.meta.empty is {empty!r}; 0 or null")
    single = meta.get("slices") == "single"
    if single and not meta.get("dimensions"):
        raise DefinitionError(f"metric {name}: config.meta.slices is single, so config.meta.dimensions must list them")
    missing = [key for key in DOCUMENTED if not meta.get(key)]
    if missing or not entry.get("description"):
        raise DefinitionError(f"metric {name}: description or config.meta.{', '.join(missing)} is missing")
    return MetricDefinition(
        name=name,
        label=entry.get("label") or name,
        description=" ".join(entry["description"].split()),
        type=entry["type"],
        kind=kind,
        unit=choice("unit", UNITS),
        role=choice("role", ROLES, "metric"),
        requires=tuple(meta.get("requires", ())),
        requires_any=tuple(meta.get("requires_any", ())),
        empty=empty,
        single_dimensions=tuple(meta["dimensions"]) if single else None,
        documentation={key: " ".join(str(meta[key]).split()) for key in DOCUMENTED},
    )


def _saved_query(entry: Mapping[str, Any], meta: Mapping[str, Any]) -> SavedQueryDefinition:
    name, parameters = entry["name"], entry["query_params"]
    grain: str | None = None
    dimensions: list[str] = []
    for item in parameters["group_by"]:
        found = _GROUP_BY.match(item.strip())
        if not found:
            raise DefinitionError(f"saved query {name}: cannot read group_by {item!r}; use Dimension('entity__name')")
        word, dimension, item_grain = found.groups()
        if word == "TimeDimension":
            if dimension != "metric_time" or item_grain is None:
                raise DefinitionError(f"saved query {name}: time is TimeDimension('metric_time', '<grain>')")
            grain = item_grain
        else:
            dimensions.append(dimension)
    exports = entry.get("exports") or []
    if len(exports) > 1:
        raise DefinitionError(f"saved query {name}: one export each, found {len(exports)}")
    config = exports[0]["config"] if exports else {}
    filters = (parameters.get("where") or {}).get("where_filters") or []
    compare = tuple(int(months) for months in meta.get("compare_months", ()))
    if compare and grain not in ("month", "quarter", "year"):
        raise DefinitionError(f"saved query {name}: compare_months needs month, quarter or year, not {grain}")
    by = tuple(dimension.rsplit("__", 1)[-1] for dimension in dimensions)
    groups = tuple(tuple(group) for group in meta.get("filters", ()))
    unknown = sorted({one for group in groups for one in group} - set(by))
    if unknown:
        raise DefinitionError(f"saved query {name}: config.meta.filters: {', '.join(unknown)} is not in its group_by")
    headlines = tuple(meta.get("headlines", ()))
    if strangers := sorted(set(headlines) - set(parameters["metrics"])):
        raise DefinitionError(
            f"saved query {name}: config.meta.headlines: {', '.join(strangers)} is not in its metrics"
        )
    return SavedQueryDefinition(
        name=name,
        label=entry.get("label") or name,
        description=" ".join((entry.get("description") or "").split()),
        metrics=tuple(parameters["metrics"]),
        grain=grain,
        by=by,
        group_by=tuple(dimensions),
        where=tuple(item["where_sql_template"] for item in filters),
        rollup=bool(meta.get("rollup", False)) or bool(groups),
        filters=groups,
        compare_months=compare,
        headlines=headlines,
        schema=config.get("schema_name") if exports else None,
        table=(config.get("alias") or exports[0]["name"]) if exports else None,
    )
