"""What a saved query is computed from, read from the manifest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SECTIONS = ("saved_queries", "metrics", "semantic_models")


def models_behind(manifest: Mapping[str, Any], unique_id: str) -> set[str]:
    """Unique ids of the dbt models below a saved query, a metric or a semantic model."""
    nodes = {name: node for section in SECTIONS for name, node in manifest.get(section, {}).items()}
    found: set[str] = set()
    seen: set[str] = set()
    pending = [unique_id]
    while pending:
        current = pending.pop()
        if current in seen:
            continue
        seen.add(current)
        if current.startswith("model."):
            found.add(current)
        elif current in nodes:
            pending += nodes[current]["depends_on"]["nodes"]
    return found


def exported_queries(manifest: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Saved queries that declare an export, by name."""
    return {query["name"]: query for query in manifest.get("saved_queries", {}).values() if query.get("exports")}
