"""The dbt project describes and tests itself: every column of a mart, and every page as an exposure."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from orchestration.lib.dbt.coverage import coverage, gaps, summary
from orchestration.lib.dbt.exposures import EXPOSURES, exposures_yaml, models_of, pages, tables_of
from tests.conftest import Company
from tests.dbt.company import Workshop
from tests.dbt.project import PROJECT, ROOT

# A key says the same wherever it stands; so does what every fact carries.
SHARED = re.compile(r"(_id|_hashes|^month_end|^source_.*|^arr$)$")


@pytest.fixture(scope="module")
def manifest(workshop: Workshop) -> dict[str, Any]:
    """dbt's manifest of the project as it is."""
    return workshop.manifest()


def test_every_column_of_the_marts_is_described_and_tested(manifest: Mapping[str, Any]) -> None:
    assert gaps(coverage(manifest)) == []


def test_every_model_of_the_project_is_described(manifest: Mapping[str, Any]) -> None:
    missing = [gap for layer in ("staging", "intermediate") for gap in gaps(coverage(manifest), layer)]
    assert [gap for gap in missing if gap.endswith("not described")] == []


def test_what_no_test_looks_at_is_a_gap() -> None:
    """A made-up manifest: `kept` is in a data test's arguments, `expected` in a unit test, `lost` in neither."""
    node = {
        "resource_type": "model",
        "name": "fct_x",
        "fqn": ["postsale", "marts", "fct_x"],
        "description": "Grain: x.",
        "columns": {name: {"description": "" if name == "mute" else name} for name in ("kept", "expected", "mute")},
    }
    test = {
        "resource_type": "test",
        "depends_on": {"nodes": ["model.p.fct_x"]},
        "column_name": None,
        "test_metadata": {"kwargs": {"expression": "kept >= 0", "model": "{{ get_where_subquery(ref('fct_x')) }}"}},
    }
    unit = {"model": "fct_x", "depends_on": {"nodes": ["model.p.fct_x"]}, "expect": {"rows": [{"expected": 1}]}}
    models = coverage({"nodes": {"model.p.fct_x": node, "test.p.a": test}, "unit_tests": {"unit_test.p.b": unit}})
    assert gaps(models) == ["fct_x.mute: not described", "fct_x.mute: not tested"]
    assert summary(models)[1].split() == ["marts", "1", "100", "%", "3", "66", "%", "66", "%"]


def test_no_description_is_pasted_over_columns_that_differ(manifest: Mapping[str, Any]) -> None:
    places: dict[str, set[str]] = defaultdict(set)
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and node["fqn"][1] == "marts":
            for name, column in node["columns"].items():
                if not SHARED.search(name):
                    places[column["description"].strip()].add(name)
    pasted = {text: names for text, names in places.items() if len(names) > 1}
    assert pasted == {}


def test_the_exposures_are_the_pages_and_what_they_read(manifest: Mapping[str, Any]) -> None:
    assert EXPOSURES.read_text() == exposures_yaml(manifest), "run `python -m orchestration.lib.dbt.exposures`"
    exposures = {exposure["name"]: exposure for exposure in manifest["exposures"].values()}
    assert set(exposures) == set(pages())
    for name, page in pages().items():
        assert tables_of(page), f"{name} reads nothing"
        named = {node.rsplit(".", 1)[-1] for node in exposures[name]["depends_on"]["nodes"]}
        assert named == set(models_of(page, manifest))
        assert exposures[name]["owner"]["name"]


def test_dbt_s_documentation_builds(generated: Company, tmp_path: Path) -> None:
    build = (generated.home / "current").resolve()
    outcome = subprocess.run(
        [
            *(str(Path(sys.executable).with_name("dbt")), "--quiet", "docs", "generate"),
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
        ],
        cwd=ROOT,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith(("POSTSALE_", "DBT_"))},
            "POSTSALE_HOME": str(generated.home),
            "POSTSALE_WAREHOUSE": str(build / "warehouse.duckdb"),
            "POSTSALE_READ_ONLY": "1",
            "DBT_TARGET_PATH": str(tmp_path / "target"),
            "DBT_LOG_PATH": str(tmp_path / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        },
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert (tmp_path / "target" / "index.html").is_file()
    catalog = json.loads((tmp_path / "target" / "catalog.json").read_bytes())
    documented = json.loads((tmp_path / "target" / "manifest.json").read_bytes())
    built = {name: set(node["columns"]) for name, node in catalog["nodes"].items()}
    wrong = {
        name: built.get(name, set()) ^ set(node["columns"])
        for name, node in documented["nodes"].items()
        if node["resource_type"] == "model" and node["fqn"][1] == "marts"
    }
    assert {name: columns for name, columns in wrong.items() if columns} == {}
