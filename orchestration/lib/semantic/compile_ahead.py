"""Compile the metrics while the company is loaded and transformed.

What the exports run depends on the definitions alone, and planning it takes MetricFlow longer than DuckDB takes to run
it. So a process of its own does it as soon as the definitions are known, and leaves the statements where the exporting
step looks for them. What it did not foresee (a source that is not connected leaves metrics out) is compiled then.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from orchestration.lib.dbt.kept import KeptProject
from orchestration.lib.home import Home
from orchestration.lib.project import ROOT

_running: dict[Path, subprocess.Popen[bytes]] = {}


def start_compiling(home: Home) -> None:
    """Start a process that compiles every export of the home's project, unless that is kept. It ends by itself."""
    finish_compiling(home)
    if KeptProject.current(home).give_compiled_to(home):
        return
    _running[home.path] = subprocess.Popen(
        [sys.executable, "-m", "orchestration.lib.semantic.compile_ahead"],
        cwd=ROOT,
        env={**os.environ, **home.environment()},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def finish_compiling(home: Home) -> None:
    """Wait for the process of this home, if there is one. That it failed is no matter: the exports compile then."""
    process = _running.pop(home.path, None)
    if process is not None:
        process.wait()


def stop_compiling(home: Home) -> None:
    """End the process of this home: the run ended before its exports."""
    process = _running.pop(home.path, None)
    if process is not None:
        process.terminate()
        process.wait()


def main() -> None:
    """Compile the exports of `$POSTSALE_HOME`'s project."""
    from orchestration.lib.semantic.layer import SemanticLayer
    from orchestration.lib.semantic.postsale import SETTINGS, building_paths

    home = Home.from_environment()
    kept = KeptProject.current(home)
    layer = SemanticLayer.of_definitions(building_paths(home), SETTINGS)
    layer.compile_exports()
    if KeptProject.current(home) == kept:
        kept.keep_compiled(home)


if __name__ == "__main__":
    main()
