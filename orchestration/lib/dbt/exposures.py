"""The pages as dbt exposures: who reads what, so that dbt's lineage ends where people look.

`python -m orchestration.lib.dbt.exposures` writes `dbt_project/models/exposures.yml` from the pages, their queries and
their sources; a test holds the file to them. A page reads exported metrics: the exposure names the models behind them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from orchestration.lib.dbt.lineage import exported_queries, models_behind
from orchestration.lib.project import DBT_PROJECT_DIR, ROOT
from orchestration.lib.semantic.postsale import reference_inputs, reference_tables

REPORTS = ROOT / "reports"
EXPOSURES = DBT_PROJECT_DIR / "models" / "exposures.yml"
OWNER = {"name": "Customer success operations", "email": "cs-operations@postsale.example"}
HEADER = "# Written by `python -m orchestration.lib.dbt.exposures` from the pages under reports/.\n"

# Tables that the export runner writes beside the saved queries, and the models that they tell of.
REFERENCE_TABLES = {
    "build": ("stg_build__parameters",),
    "benchmarks": ("stg_policy__benchmarks",),
    "catalogue": ("stg_build__sources",),
    "source_status": ("stg_build__sources",),
}

_QUERY = re.compile(r"^\s*-\s*(?:\w+:\s*)?(\S+\.sql)\s*$", re.MULTILINE)
_SOURCE = re.compile(r"\bpostsale\.(\w+)")
_TABLE = re.compile(r"\b(metrics|marts|audit|staging)\.(\w+)")
_TITLE = re.compile(r"^title:\s*(.+)$", re.MULTILINE)


def pages(reports: Path = REPORTS) -> dict[str, Path]:
    """Pages by the name of their exposure; the start page is the board."""
    return {
        "_".join(path.relative_to(reports / "pages").with_suffix("").parts)
        .replace("-", "_")
        .replace("[", "")
        .replace("]", "")
        .replace("index", "board"): path
        for path in sorted((reports / "pages").rglob("*.md"))
    }


def tables_of(page: Path, reports: Path = REPORTS) -> set[tuple[str, str]]:
    """(schema, table) of everything in the warehouse that a page reads, through its queries and their sources."""
    text = page.read_text(encoding="utf-8")
    queries = [(reports / "queries" / name).read_text(encoding="utf-8") for name in _QUERY.findall(text)]
    sources = {name for part in (text, *queries) for name in _SOURCE.findall(part)}
    return {
        (schema, table)
        for name in sources
        if (file := reports / "sources" / "postsale" / f"{name}.sql").is_file()
        for schema, table in _TABLE.findall(file.read_text(encoding="utf-8"))
    }


def models_of(page: Path, manifest: Mapping[str, Any], reports: Path = REPORTS) -> list[str]:
    """Names of the models behind a page."""
    return sorted({model for table in tables_of(page, reports) for model in _models(table, manifest)})


def _models(table: tuple[str, str], manifest: Mapping[str, Any]) -> Iterator[str]:
    schema, name = table
    for query in exported_queries(manifest).values():
        export = query["exports"][0]
        if schema == "metrics" and name == (export["config"].get("alias") or export["name"]):
            for model in models_behind(manifest, query["unique_id"]):
                yield manifest["nodes"][model]["name"]
    if schema == "metrics" and name in reference_tables():
        yield from REFERENCE_TABLES.get(name) or reference_inputs(name)
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and (node["schema"], node["alias"]) == table:
            yield node["name"]


def exposures_yaml(manifest: Mapping[str, Any], reports: Path = REPORTS) -> str:
    """The whole file."""
    found = []
    for name, page in pages(reports).items():
        title = _TITLE.search(page.read_text(encoding="utf-8"))
        found.append(
            {
                "name": name,
                "label": title.group(1).strip().strip("\"'") if title else name.replace("_", " ").capitalize(),
                "type": "dashboard",
                "maturity": "high",
                "description": f"The page `reports/{page.relative_to(reports).as_posix()}`.",
                "owner": dict(OWNER),
                "depends_on": [f"ref('{model}')" for model in models_of(page, manifest, reports)],
            }
        )
    return HEADER + yaml.safe_dump({"version": 2, "exposures": found}, sort_keys=False, width=120)


def main() -> None:
    """Write the file from the prepared manifest of $POSTSALE_HOME."""
    from orchestration.lib.dbt.manifest import prepare_manifest
    from orchestration.lib.home import Home

    home = Home.from_environment()
    home.prepare()
    EXPOSURES.write_text(exposures_yaml(json.loads(prepare_manifest(home).read_bytes())), encoding="utf-8")
    print(EXPOSURES)


if __name__ == "__main__":
    main()
