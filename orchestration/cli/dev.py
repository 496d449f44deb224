"""`make dev`: the Dagster UI and Evidence's dev server, both on loopback, over the state of one home."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

from orchestration.lib.dbt import prepare_manifest
from orchestration.lib.errors import PostsaleError
from orchestration.lib.home import Home
from orchestration.lib.project import ROOT

LOOPBACK = "127.0.0.1"
DAGSTER_PORT = 3001
PAGES_PORT = 3002


def dagster_command(port: int = DAGSTER_PORT) -> list[str]:
    """The Dagster UI over this code location, bound to loopback. Without schedules it needs no daemon."""
    webserver = str(Path(sys.executable).with_name("dagster-webserver"))
    return [webserver, "-m", "orchestration.definitions", "-h", LOOPBACK, "-p", str(port)]


def main() -> int:
    """Start both servers; stop both when one ends or the user interrupts."""
    home = Home.from_environment()
    home.prepare()
    os.environ.update(home.environment())
    prepare_manifest(home)
    servers = [subprocess.Popen(dagster_command(), cwd=ROOT)]
    print(f"Dagster UI   http://{LOOPBACK}:{DAGSTER_PORT}  (launch the job `build`)")
    try:
        if home.warehouse.exists():
            from orchestration.lib.site import start_dev_server

            servers.append(start_dev_server(home.warehouse, home.path / "site_work", PAGES_PORT))
            print(f"Evidence     http://{LOOPBACK}:{PAGES_PORT}  (edits to reports/pages show at once)")
        else:
            print("Evidence     starts once something is published: make run, then make dev again")
        os.wait()
    except KeyboardInterrupt:
        pass
    finally:
        for server in servers:
            with contextlib.suppress(ProcessLookupError):
                server.send_signal(signal.SIGINT)
        for server in servers:
            server.wait()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except PostsaleError as error:
        sys.exit(f"postsale: {error}")
