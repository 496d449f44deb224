"""The code location, loaded the way production loads it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.conftest import ROOT, Company

# What importing the definitions may open: the prepared manifest, the contracts, and Python's own files.
IMPORT_AND_REPORT = """
import builtins, io, json, os, pathlib, sys
import duckdb
import dagster, dagster_dbt  # what libraries open for themselves is not ours to judge

opened = []
real_open = builtins.open

def noting(file, *arguments, **named):
    opened.append(os.fspath(file) if not isinstance(file, int) else str(file))
    return real_open(file, *arguments, **named)

def refused(*arguments, **named):
    raise AssertionError("a connection was opened at import")

builtins.open = io.open = noting
duckdb.connect = refused
import sqlite3, socket
sqlite3.connect = refused
socket.create_connection = refused

from orchestration.definitions import defs

graph = defs.resolve_asset_graph()
keys = sorted(graph.get_all_asset_keys(), key=lambda key: key.to_user_string())

def named(chosen):
    return sorted(key.to_user_string() for key in chosen)

json.dump(
    {
        "opened": sorted(set(opened)),
        "assets": named(keys),
        "checks": sorted(f"{key.asset_key.to_user_string()}: {key.name}" for key in graph.asset_check_keys),
        "ungrouped": named(key for key in keys if graph.get(key).group_name in (None, "default")),
        "undescribed": named(key for key in keys if not (graph.get(key).description or "").strip()),
        "unowned": named(key for key in graph.materializable_asset_keys if not graph.get(key).owners),
        "parents": {key.to_user_string(): named(graph.get(key).parent_keys) for key in keys},
        "steps": sorted(defs.resolve_job_def("build").graph.node_dict),
    },
    sys.stdout,
)
"""


@pytest.fixture(scope="session")
def location(fixture_build: Company) -> dict[str, list[str]]:
    outcome = subprocess.run(
        [sys.executable, "-c", IMPORT_AND_REPORT],
        env=fixture_build.environment(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
    return json.loads(outcome.stdout)


def test_import_opens_nothing_but_the_manifest_and_the_contracts(
    location: dict[str, list[str]], fixture_build: Company
) -> None:
    manifest = str(fixture_build.home / "dbt" / "target" / "manifest.json")
    assert manifest in location["opened"]
    others = [
        path
        for path in location["opened"]
        if Path(path).is_file() and path != manifest and "/orchestration/defs/sources/" not in path
    ]
    # Python reads the sources and the metadata of its packages; nothing else is opened
    assert [path for path in others if "/lib/python" not in path and not path.endswith((".py", ".pyc"))] == []


def test_asset_keys(location: dict[str, list[str]], snapshot: SnapshotAssertion) -> None:
    """A renamed asset is a reviewed event: it breaks the history of what was built under the old name."""
    assert location["assets"] == snapshot


def test_every_asset_is_grouped_described_and_owned(location: dict[str, list[str]]) -> None:
    assert location["ungrouped"] == []
    assert location["undescribed"] == []
    assert location["unowned"] == []


def test_each_step_runs_once(location: dict[str, list[str]]) -> None:
    """A cycle among checks would make Dagster cut the dbt step in two, each starting dbt anew."""
    assert [step for step in location["steps"] if step.endswith(("_2", "_3"))] == []
    assert len(location["steps"]) < 20


def test_lineage_runs_from_source_file_to_page(location: dict[str, dict[str, list[str]]]) -> None:
    def upstream(key: str, seen: set[str]) -> set[str]:
        for parent in location["parents"][key]:
            if parent not in seen:
                seen.add(parent)
                upstream(parent, seen)
        return seen

    behind_the_page = upstream("site", set())
    assert {
        "landing/salesforce",
        "raw/salesforce/Account",
        "raw/harvest/time_entries",
        "raw/policy/segments",
    } <= behind_the_page
    assert {"marts/fct_arr_window", "metrics/board_monthly", "build/parameters"} <= behind_the_page
    assert "site" in location["parents"]["publish/build"]


def test_every_raw_object_has_its_contract_checked(location: dict[str, list[str]]) -> None:
    raw = {key for key in location["assets"] if key.startswith("raw/")}
    assert {check.split(": ")[0] for check in location["checks"] if check.endswith(": keeps_contract")} == raw
