"""Evidence's dev server over a published warehouse: edits to `reports/` show at once.

It runs in a process of its own that serves until interrupted and takes Evidence's processes with it when it ends.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

from orchestration.lib.project import REPORTS_DIR, ROOT
from orchestration.lib.site.build import LIVE_PARTS, SOURCES_SECONDS
from orchestration.lib.site.commands import node_environment, run_logged
from orchestration.lib.site.errors import SiteError
from orchestration.lib.site.node import find_node
from orchestration.lib.site.packages import ensure_packages

LOOPBACK = "127.0.0.1"
_FILES = ("package.json", "package-lock.json", ".npmrc", "evidence.config.yaml")


def start_dev_server(warehouse: Path, work_dir: Path, port: int) -> subprocess.Popen[bytes]:
    """Start the dev server in the background; SIGINT or SIGTERM to the process ends it and its children."""
    program = "from orchestration.lib.site.dev import main; main()"
    return subprocess.Popen([sys.executable, "-c", program, str(warehouse), str(work_dir), str(port)], cwd=ROOT)


def dev_project(warehouse: Path, work_dir: Path, modules: Path, reports: Path = REPORTS_DIR) -> Path:
    """A project folder: links to the pages, queries and components of `reports`; copied sources and the warehouse."""
    project = work_dir / "dev"
    shutil.rmtree(project, ignore_errors=True)
    source = project / "sources" / "postsale"
    source.mkdir(parents=True)
    for name in LIVE_PARTS:
        if (reports / name).is_dir():
            (project / name).symlink_to(reports / name, target_is_directory=True)
    for name in _FILES:
        (project / name).symlink_to(reports / name)
    # A copy: Evidence puts its own file of that name where it mirrors this one, and cannot replace it by a link.
    shutil.copy(reports / "app.css", project / "app.css")
    for file in sorted((reports / "sources" / "postsale").iterdir()):
        if file.suffix in {".sql", ".yaml"}:
            # A copy as well: Evidence passes over a query that is a link.
            shutil.copy(file, source / file.name)
    (source / "warehouse.duckdb").symlink_to(warehouse.resolve())
    (project / "node_modules").symlink_to(modules.resolve(), target_is_directory=True)
    return project


def main() -> None:
    """The process that `start_dev_server` starts: arguments are the warehouse, the work folder and the port."""
    warehouse, work_dir, port = sys.argv[1:]
    try:
        sys.exit(serve_dev(Path(warehouse), Path(work_dir), int(port)))
    except SiteError as error:
        sys.exit(f"postsale: {error}")
    except KeyboardInterrupt:
        sys.exit(0)


def serve_dev(warehouse: Path, work_dir: Path, port: int) -> int:
    """Read the exported tables once, then serve the pages until told to stop; Evidence's exit code."""
    node = find_node()
    modules = ensure_packages(REPORTS_DIR, node, work_dir / "logs" / "npm.log")
    project = dev_project(warehouse, work_dir, modules)
    # Vite refuses files outside the project unless it knows that somebody develops: the packages are links.
    env = node_environment(node, work_dir / "tools", {"NODE_ENV": "development", "CI": ""})
    evidence = [str(node.node), str(modules / "@evidence-dev" / "evidence" / "cli.js")]
    log = work_dir / "logs" / "dev-sources.log"
    what = "reading the exported tables (evidence sources)"
    run_logged([*evidence, "sources", "--strict"], cwd=project, env=env, log=log, timeout=SOURCES_SECONDS, what=what)
    server = subprocess.Popen(
        [*evidence, "dev", "--host", LOOPBACK, "--port", str(port)], cwd=project, env=env, start_new_session=True
    )

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    try:
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        # The whole group, also when Evidence ended by itself: its Vite would go on holding the port.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
        server.wait()
