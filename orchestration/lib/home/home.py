"""Paths of $POSTSALE_HOME. Nothing here touches the disk but `prepare`."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

DAGSTER_YAML = """\
# Written by postsale; edit orchestration/lib/home/home.py instead.
telemetry:
  enabled: false
event_log_storage:
  module: orchestration.lib.run.event_log
  class: KeptOpenEventLog
  config:
    base_dir: "{dagster_home}/history/events"
run_storage:
  module: dagster._core.storage.runs
  class: SqliteRunStorage
  config:
    base_dir: "{dagster_home}/history"
schedule_storage:
  module: dagster._core.storage.schedules
  class: SqliteScheduleStorage
  config:
    base_dir: "{dagster_home}/schedules"
python_logs:
  managed_python_loggers: [postsale]
  python_log_level: INFO
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
run_coordinator:
  module: dagster._core.run_coordinator
  class: DefaultRunCoordinator
concurrency:
  pools:
    granularity: op
    default_limit: 1
"""


@dataclass(frozen=True)
class Home:
    """One company's state directory. Two homes share nothing."""

    path: Path

    @classmethod
    def from_environment(cls) -> Home:
        """$POSTSALE_HOME, or `.postsale` in the working directory."""
        return cls(Path(os.environ.get("POSTSALE_HOME") or ".postsale").expanduser().resolve())

    @property
    def raw(self) -> Path:
        """The raw zone: append-only Parquet, never rewritten."""
        return self.path / "raw"

    @property
    def next(self) -> Path:
        """The build under way. Always the same path, so that dbt need not parse again."""
        return self.path / "next"

    @property
    def builds(self) -> Path:
        """Finished builds, one directory each."""
        return self.path / "builds"

    @property
    def current(self) -> Path:
        """Link to the published build; swapping it is publishing."""
        return self.path / "current"

    @property
    def warehouse(self) -> Path:
        """Link to the published warehouse."""
        return self.path / "warehouse.duckdb"

    @property
    def site(self) -> Path:
        """Link to the published site."""
        return self.path / "site"

    @property
    def dagster(self) -> Path:
        """DAGSTER_HOME: run history and event logs."""
        return self.path / "dagster"

    @property
    def dbt_target(self) -> Path:
        """dbt's target path, with the prepared manifest."""
        return self.path / "dbt" / "target"

    @property
    def dbt_logs(self) -> Path:
        """dbt's log folder."""
        return self.path / "dbt" / "logs"

    @property
    def logs(self) -> Path:
        """Full logs of runs, one file each."""
        return self.path / "logs"

    def prepare(self) -> None:
        """Create the folders and Dagster's settings. Safe to repeat."""
        for folder in (self.raw, self.next, self.builds, self.dagster, self.dbt_target, self.dbt_logs, self.logs):
            folder.mkdir(parents=True, exist_ok=True)
        settings = self.dagster / "dagster.yaml"
        text = DAGSTER_YAML.format(dagster_home=json.dumps(str(self.dagster))[1:-1])
        if not settings.exists() or settings.read_text() != text:
            settings.write_text(text)

    def clear_next(self) -> None:
        """Start a build from an empty `next/`, whatever an earlier run that failed or was killed left there."""
        shutil.rmtree(self.next, ignore_errors=True)
        self.next.mkdir(parents=True)

    def open_warehouse(self, *, fresh: bool) -> None:
        """Make `next/warehouse.duckdb` ready to be written.

        A whole build starts from nothing; a part of one, chosen in the Dagster UI, from the published state.
        """
        target = self.next / "warehouse.duckdb"
        self.next.mkdir(parents=True, exist_ok=True)
        if fresh:
            target.unlink(missing_ok=True)
            target.with_name("warehouse.duckdb.wal").unlink(missing_ok=True)
        elif not target.exists() and self.warehouse.exists():
            shutil.copy2(self.warehouse, target)

    def environment(self) -> dict[str, str]:
        """What dbt, Dagster and the site builder read from the environment, all absolute paths of this home."""
        return {
            "POSTSALE_HOME": str(self.path),
            "POSTSALE_WAREHOUSE": str(self.next / "warehouse.duckdb"),
            "DAGSTER_HOME": str(self.dagster),
            "DAGSTER_DISABLE_TELEMETRY": "1",
            "DBT_TARGET_PATH": str(self.dbt_target),
            "DBT_LOG_PATH": str(self.dbt_logs),
            # dbt writes its debug events as JSON whether or not anyone reads them: a fifth of its time
            "DBT_LOG_LEVEL_FILE": "info",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DO_NOT_TRACK": "1",
        }
