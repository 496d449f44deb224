"""Generates the dbt source definitions from the contracts.

``python -m orchestration.lib.contracts.dbt_sources`` writes
``dbt_project/models/staging/<connector>/_<connector>__sources.yml`` for every connector, with the
model ``stg_<connector>__mapped_raw_rows`` that accounts for its raw rows, and the two sources that
describe a build (its parameters and the state of its inputs) and the load ledger.
``--check`` writes nothing and exits 1 when a file differs from its contract.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import yaml

from orchestration.lib.contracts.columns import (
    ERASURE_COLUMNS,
    LINEAGE_DESCRIPTIONS,
    MANIFEST_COLUMNS,
    PARAMETER_COLUMNS,
    QUARANTINE_COLUMNS,
    RAW_ROW_DESCRIPTIONS,
    REPLAY_COLUMNS,
    SOURCE_STATUS_COLUMNS,
    raw_columns,
)
from orchestration.lib.contracts.load import load_connectors
from orchestration.lib.contracts.model import Column, Connector, ObjectContract

_HOME = '{{ env_var("POSTSALE_HOME") }}'
_HEADER = "# Generated from {origin}. Edit that file, then run: python -m orchestration.lib.contracts.dbt_sources\n"


def _glob(pattern: str) -> dict[str, Any]:
    location = f"read_parquet('{_HOME}/{pattern}', union_by_name=true, hive_partitioning=false)"
    return {"meta": {"external_location": location}}


def _column(name: str, column: Column) -> dict[str, Any]:
    words = [column.description.strip()] if column.description else []
    words.append(f"Text as it arrived, declared {column.type}{', required' if column.required else ''}.")
    if column.allowed:
        words.append(f"One of: {', '.join(column.allowed)}.")
    rendered: dict[str, Any] = {"name": name, "description": " ".join(words)}
    meta = {key: value for key, value in (("personal", column.personal), ("clock", column.clock)) if value}
    if meta:
        rendered["config"] = {"meta": meta}
    return rendered


def _table(connector: Connector, name: str, contract: ObjectContract) -> dict[str, Any]:
    columns = [_column(column_name, column) for column_name, column in contract.columns.items()]
    columns += [
        {"name": column_name, "description": LINEAGE_DESCRIPTIONS[column_name]}
        for column_name in raw_columns(contract)
        if column_name in LINEAGE_DESCRIPTIONS
    ]
    versions = f", a version per {contract.version}" if contract.version else ""
    return {
        "name": name,
        "description": (
            f"{contract.description.strip()} Grain: one row per stored version of a record "
            f"(key: {', '.join(contract.key)}{versions})."
        ),
        "config": _glob(f"raw/{connector.connector}/{name}/**/*.parquet"),
        "data_tests": [_keeps_contract(contract)],
        "columns": columns,
    }


def _keeps_contract(contract: ObjectContract) -> dict[str, Any]:
    """One test per object, so that a build does not pay for one per column."""
    allowed = {name: list(column.allowed) for name, column in contract.columns.items() if column.allowed}
    arguments: dict[str, Any] = {"required": list(contract.required)}
    if allowed:
        arguments["allowed"] = allowed
    return {"keeps_contract": {"arguments": arguments}}


def _dump(origin: str, sources: list[dict[str, Any]], key: str = "sources") -> str:
    body: str = yaml.safe_dump({"version": 2, key: sources}, sort_keys=False, allow_unicode=True, width=110)
    return _HEADER.format(origin=origin) + body


def _raw_rows_sql(connector: Connector, origin: str) -> str:
    """The model that says of every raw row of a connector which record it is and what became of it."""
    lines = [_HEADER.format(origin=origin).replace("# ", "{# ", 1).rstrip("\n") + " #}"]
    # A table, unlike the rest of staging: it is read by a union and by its tests, and opens every file of the zone.
    lines.append("{{ config(materialized='table') }}\n")
    lines.append(f"{{{{ raw_rows('{connector.connector}', {{")
    for name, contract in connector.objects.items():
        facts: dict[str, Any] = {"canonical_object": contract.canonical, "key": list(contract.key)}
        facts["ignore_case"] = [column for column in contract.key if contract.columns[column].type == "email"]
        facts["version"] = contract.version
        facts["unix"] = contract.version is not None and contract.columns[contract.version].type == "unix"
        facts["deleted"] = next((column for column in contract.columns if column == "IsDeleted"), None)
        facts["keeps_history"] = contract.keeps_history
        facts["counted"] = name in connector.event_objects
        facts["unused"] = contract.unused
        said = {fact: value for fact, value in facts.items() if value not in (None, False, [])}
        lines.append(f"    '{name}': {{")
        lines += [f"        '{fact}': {_jinja(value)}," for fact, value in said.items()]
        lines.append("    },")
    lines.append("}) }}\n")
    return "\n".join(lines)


def _jinja(value: Any) -> str:
    return "true" if value is True else repr(value)


def _raw_rows_model(connector: Connector) -> dict[str, Any]:
    return {
        "name": f"stg_{connector.connector}__mapped_raw_rows",
        "description": (
            f"Every row of {connector.title} in the raw zone, with the record that it is a version of and whether "
            "that version counts. Grain: raw row; objects of events by load and file."
        ),
        "data_tests": [
            {"expression_is_true": {"arguments": {"expression": "row_count > 0 and fate is not null"}}},
        ],
        "columns": [{"name": name, "description": words} for name, words in RAW_ROW_DESCRIPTIONS.items()],
    }


def _plain_table(name: str, description: str, location: str, columns: dict[str, str]) -> dict[str, Any]:
    return {
        "name": name,
        "description": description,
        "config": _glob(location),
        "columns": [{"name": column, "data_type": kind.lower()} for column, kind in columns.items()],
    }


def render(connectors: dict[str, Connector] | None = None) -> dict[str, str]:
    """Source files by their path below ``dbt_project/models/staging``."""
    connectors = connectors or load_connectors()
    files: dict[str, str] = {}
    for name, connector in connectors.items():
        source = {
            "name": name,
            "description": " ".join(connector.description.split()),
            "tables": [_table(connector, key, contract) for key, contract in connector.objects.items()],
        }
        origin = f"orchestration/defs/sources/{name}.yml"
        files[f"{name}/_{name}__sources.yml"] = _dump(origin, [source])
        files[f"{name}/_{name}__raw_rows.yml"] = _dump(origin, [_raw_rows_model(connector)], "models")
        files[f"{name}/stg_{name}__mapped_raw_rows.sql"] = _raw_rows_sql(connector, origin)
    build: dict[str, Any] = {
        "name": "build",
        "description": "What a build is told: its parameters, and the state of its inputs.",
        "tables": [
            _plain_table(
                "parameters", "One row: the parameters of the build.", "next/parameters.parquet", PARAMETER_COLUMNS
            ),
            _plain_table(
                "sources",
                "One row per source and object: whether it is connected, and how fresh it is.",
                "next/sources.parquet",
                SOURCE_STATUS_COLUMNS,
            ),
        ],
    }
    raw_zone: dict[str, Any] = {
        "name": "raw_zone",
        "description": "The load ledger: every file that arrived and what became of its rows.",
        "tables": [
            _plain_table(
                "loads", "One row per file and content that arrived.", "raw/_loads/*.parquet", MANIFEST_COLUMNS
            ),
            _plain_table(
                "quarantine",
                "One row per rejected row, or per rejected file (row_number null).",
                "raw/_quarantine/**/*.parquet",
                QUARANTINE_COLUMNS,
            ),
            _plain_table(
                "replays",
                "One row per rejected row, or rejected file, that was mended and loaded after all.",
                "raw/_replays/*.parquet",
                REPLAY_COLUMNS,
            ),
            _plain_table(
                "erasures",
                "One row per file that an erasure changed or removed.",
                "raw/_erasures/*.parquet",
                ERASURE_COLUMNS,
            ),
        ],
    }
    for source in (build, raw_zone):
        folder = source["name"]
        files[f"{folder}/_{folder}__sources.yml"] = _dump("orchestration/lib/contracts/columns.py", [source])
    return files


def staging_dir() -> Path:
    """Folder of the staging models in this checkout."""
    return Path(__file__).resolve().parents[3] / "dbt_project" / "models" / "staging"


def out_of_date(directory: Path) -> list[str]:
    """Generated files that are absent from ``directory`` or differ from the contracts."""
    stale = []
    for path, content in render().items():
        file = directory / path
        if not file.is_file() or file.read_text(encoding="utf-8") != content:
            stale.append(path)
    return stale


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Write the dbt source definitions from the contracts.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file is out of date")
    options = parser.parse_args(arguments)
    directory = staging_dir()
    stale = out_of_date(directory)
    for path in stale:
        print(f"{'out of date' if options.check else 'written'}: {path}")
    if options.check:
        return 1 if stale else 0
    files = render()
    for path in stale:
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(files[path], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
