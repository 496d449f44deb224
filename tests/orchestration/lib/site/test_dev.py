"""The project folder of the dev server: edits to `reports/` reach it, the warehouse stands beside the sources."""

from __future__ import annotations

from pathlib import Path

from orchestration.lib.project import REPORTS_DIR
from orchestration.lib.site.dev import dev_project


def test_pages_are_the_ones_being_edited(tmp_path: Path) -> None:
    warehouse = tmp_path / "builds" / "1" / "warehouse.duckdb"
    warehouse.parent.mkdir(parents=True)
    warehouse.write_bytes(b"a warehouse")
    modules = tmp_path / "node_modules"
    modules.mkdir()
    for _ in range(2):
        project = dev_project(warehouse, tmp_path / "work", modules)
    assert (project / "pages").resolve() == (REPORTS_DIR / "pages").resolve()
    assert (project / "components" / "KpiCard.svelte").is_file()
    assert (project / "package.json").is_file()
    source = project / "sources" / "postsale"
    assert (source / "warehouse.duckdb").read_bytes() == b"a warehouse"
    assert {file.name for file in source.iterdir()} >= {"connection.yaml", "board.sql", "warehouse.duckdb"}
    # Evidence reads neither a query that is a link nor, where it has a file of its own, a style sheet that is one.
    assert not [file.name for file in (*source.glob("*.sql"), project / "app.css") if file.is_symlink()]
    assert not (REPORTS_DIR / "sources" / "postsale" / "warehouse.duckdb").exists()
    assert (project / "node_modules").resolve() == modules
