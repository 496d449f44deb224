"""dbt on the project, in a home of the test's own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).resolve().parents[2]
PROJECT = ROOT / "dbt_project"


def dbt_environment(home: Path) -> dict[str, str]:
    """The environment that dbt runs in, with ``home`` as state directory and nothing of the caller's own settings."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("POSTSALE_", "DBT_"))}
    return inherited | {
        "POSTSALE_HOME": str(home),
        "POSTSALE_WAREHOUSE": str(home / "next" / "warehouse.duckdb"),
        "DBT_TARGET_PATH": str(home / "dbt" / "target"),
        "DBT_LOG_PATH": str(home / "dbt" / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


# dbt as a run of Postsale has it work.
LEAN_DBT = """
import sys
from dbt.cli.main import dbtRunner
from dbt_common.events.event_manager_client import ctx_set_event_manager
from orchestration.lib.dbt.lean import work_lean
from orchestration.lib.dbt.worker import heard_events_only
ctx_set_event_manager(heard_events_only())
work_lean()
sys.exit(not dbtRunner().invoke(sys.argv[1:]).success)
"""


def run_dbt(home: Path, *arguments: str, lean: bool = False, **settings: str) -> None:
    """Runs dbt with ``home`` as state directory, and ``settings`` added to its environment; ``lean``: as a run does.

    Raises AssertionError with dbt's own words when it fails.
    """
    dbt = [sys.executable, "-c", LEAN_DBT] if lean else [str(Path(sys.executable).with_name("dbt"))]
    outcome = subprocess.run(
        [
            *dbt,
            "--quiet",
            *arguments,
            "--project-dir",
            str(PROJECT),
            "--profiles-dir",
            str(PROJECT),
        ],
        env=dbt_environment(home) | settings,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout[-8000:] + outcome.stderr[-2000:]


def rows(warehouse: Path, query: str) -> list[tuple[Any, ...]]:
    """Rows of a query on a warehouse that nobody writes to any more."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()
