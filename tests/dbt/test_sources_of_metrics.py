"""What a metric says it requires is what its models read: else a null would name the wrong source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from orchestration.lib.dbt.lineage import models_behind
from tests.dbt.company import Workshop


@pytest.fixture(scope="module")
def manifest(workshop: Workshop) -> dict[str, Any]:
    return workshop.manifest()


def objects_read(manifest: Mapping[str, Any], metric: str) -> set[str]:
    """Canonical objects anywhere above the models of a metric."""
    pending = list(models_behind(manifest, metric))
    seen: set[str] = set()
    while pending:
        model = pending.pop()
        if model not in seen:
            seen.add(model)
            pending += manifest["parent_map"][model]
    return {
        name.removeprefix("int_").removesuffix("_unioned")
        for name in (model.rsplit(".", 1)[-1] for model in seen)
        if name.startswith("int_") and name.endswith("_unioned")
    }


def test_a_metric_requires_only_what_its_models_read(manifest: Mapping[str, Any]) -> None:
    wrong = {}
    for unique_id, metric in manifest["metrics"].items():
        requires = set(metric["config"]["meta"]["requires"])
        assert requires, metric["name"]
        if unread := requires - objects_read(manifest, unique_id):
            wrong[metric["name"]] = sorted(unread)
    assert wrong == {}
