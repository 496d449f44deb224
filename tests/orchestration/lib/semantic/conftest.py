"""A small dbt project of another company, built once: what the layer does must not depend on Postsale's tables."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.lib.semantic import ComputedExport, LayerPaths, LayerSettings, SemanticLayer, TableExport

TOY = Path(__file__).with_name("toy")

SETTINGS = LayerSettings(
    calendar_sql="select first_on, as_of, last_closed_on from main.calendar",
    sources_sql="select object, is_connected from main.sources",
    table_exports=(TableExport("built_in", "select '{build_dir}' as folder, date '2025-05-20' as as_of"),),
    computed_exports=(
        ComputedExport(
            "objects_twice",
            (("object", "varchar"), ("twice", "integer")),
            lambda warehouse: [
                (name, 2 * len(name))
                for (name,) in warehouse.execute("select object from main.sources where object = 'sales'").fetchall()
            ],
        ),
    ),
)


@pytest.fixture(scope="session")
def toy_paths(tmp_path_factory: pytest.TempPathFactory) -> LayerPaths:
    """The toy project, built by dbt: its warehouse and artifacts."""
    folder = tmp_path_factory.mktemp("toy")
    shutil.copytree(TOY, folder / "project")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DBT_")}
    outcome = subprocess.run(
        [str(Path(sys.executable).with_name("dbt")), "--quiet", "build", "--profiles-dir", "."],
        cwd=folder / "project",
        env={**environment, "TOY_WAREHOUSE": str(folder / "warehouse.duckdb"), "DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    target = folder / "project" / "target"
    return LayerPaths(
        warehouse=folder / "warehouse.duckdb",
        semantic_manifest=target / "semantic_manifest.json",
        manifest=target / "manifest.json",
        build_dir=folder,
        exports=folder / "exports",
    )


@pytest.fixture(scope="session")
def toy(toy_paths: LayerPaths) -> Iterator[SemanticLayer]:
    """The layer over the toy project, read-only."""
    with SemanticLayer(toy_paths, SETTINGS) as layer:
        yield layer


@pytest.fixture
def writable(toy_paths: LayerPaths, tmp_path: Path) -> LayerPaths:
    """The toy project with a warehouse of the test's own."""
    shutil.copy(toy_paths.warehouse, tmp_path / "warehouse.duckdb")
    return LayerPaths(
        warehouse=tmp_path / "warehouse.duckdb",
        semantic_manifest=toy_paths.semantic_manifest,
        manifest=toy_paths.manifest,
        build_dir=tmp_path,
        exports=tmp_path / "exports",
        compiled=tmp_path / "compiled.json",
    )
