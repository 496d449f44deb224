"""One dbt process per run.

Starting dbt and reading the project take longer than building most companies, and neither needs the company. So the
process is started first, works while the definitions are imported and the sources are loaded, and builds when the
step that transforms gets its turn. See `worker.py` for its side.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from orchestration.lib.dbt.kept import ANY_HOME, KeptProject
from orchestration.lib.dbt.worker import READY
from orchestration.lib.errors import PostsaleError
from orchestration.lib.home import Home
from orchestration.lib.project import DBT_PROJECT_DIR

_WORKER = Path(__file__).with_name("worker.py")
_waiting: dict[Path, DbtProcess] = {}


class DbtProjectError(PostsaleError):
    """dbt could not read its project."""


class DbtProcess:
    """A dbt that knows the project of this checkout, for one home.

    `reads`: the version of the project that it reads, for every home to come; None when the home has what was read.
    `target`: where it writes what it reads.
    """

    def __init__(self, home: Home, *, reads: KeptProject | None = None) -> None:
        """Start it. Without `reads`, the home holds what an earlier process read, and the project is the same."""
        self._home = home
        self._is_ready = False
        self.reads = reads
        self.target = reads.place_to_read_into() if reads is not None else None
        reading = {"POSTSALE_HOME": ANY_HOME, "DBT_TARGET_PATH": str(self.target)} if reads is not None else {}
        self.process = subprocess.Popen(
            [sys.executable, "-P", str(_WORKER), *(["--read"] if reads is None else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=DBT_PROJECT_DIR,
            env={
                **os.environ,
                **home.environment(),
                **reading,
                "DBT_PROJECT_DIR": str(DBT_PROJECT_DIR),
                "DBT_PROFILES_DIR": str(DBT_PROJECT_DIR),
                "PYTHONUNBUFFERED": "1",
            },
        )

    def wait_until_ready(self) -> None:
        """Wait until the project is read. Raises `DbtProjectError` with dbt's own message."""
        said: list[str] = []
        while not self._is_ready:
            assert self.process.stdout is not None
            line = self.process.stdout.readline().decode(errors="replace")
            if not line:
                self.close()
                raise DbtProjectError(
                    f"dbt could not read dbt_project: {' '.join(said[-6:])[:600]} "
                    f"(whole log: {self._home.dbt_logs / 'dbt.log'})"
                )
            self._is_ready = line.strip() == READY
            if line.strip():
                said.append(line.strip())

    def order(self, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
        """Run one dbt command in it. The process ends with the command; its output is what dbt prints."""
        self.wait_until_ready()
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            order = {"arguments": list(arguments), "environment": self._home.environment()}
            self.process.stdin.write(f"{json.dumps(order)}\n".encode())
            self.process.stdin.close()
        return self.process

    def close(self) -> None:
        """End it when it was not told anything; one that was told ends by itself."""
        with contextlib.suppress(BrokenPipeError):
            if self.process.stdin is not None:
                self.process.stdin.close()
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        if self.target is not None:
            shutil.rmtree(self.target, ignore_errors=True)


def keep_waiting(home: Home, process: DbtProcess) -> None:
    """Let the step that transforms find `process`, which was started for the same run."""
    _waiting[home.path] = process


def take_waiting(home: Home) -> DbtProcess:
    """The process that waits for this home, else a new one."""
    return _waiting.pop(home.path, None) or DbtProcess(home)


def dismiss_waiting(home: Home) -> None:
    """End the process that waits for this home, if its step was never reached."""
    process = _waiting.pop(home.path, None)
    if process is not None:
        process.close()
