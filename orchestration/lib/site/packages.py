"""The npm packages of the pages: installed once per lock file, shared by every home."""

from __future__ import annotations

import fcntl
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.lib.site.commands import node_environment, run_logged
from orchestration.lib.site.node import Node

_STAMP = ".postsale-installed"
INSTALL_SECONDS = 900


def install_key(reports: Path) -> str:
    """sha256 hex of what decides the installed packages: the lock file, and what is changed after `npm ci`."""
    digest = hashlib.sha256()
    files = [reports / "package.json", reports / "package-lock.json", reports / "prune-template.mjs"]
    for file in [*files, *sorted((reports / "patches").glob("*.patch"))]:
        digest.update(f"{file.name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def is_installed(reports: Path) -> bool:
    """Whether `node_modules` is what the lock file and the patches ask for."""
    stamp = reports / "node_modules" / _STAMP
    return stamp.is_file() and stamp.read_text() == install_key(reports)


def ensure_packages(reports: Path, node: Node, log: Path) -> Path:
    """`reports/node_modules`, installed from the lock file when it is not there yet or is another's.

    Installed packages run no script of their own (`--ignore-scripts`); ours, which patches them, runs after.
    Two builds that start together install once: the second waits.
    """
    modules = reports / "node_modules"
    with _one_at_a_time(reports):
        if is_installed(reports):
            return modules
        with tempfile.TemporaryDirectory() as tools:
            env = node_environment(node, Path(tools))
            run_logged(
                node.npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"),
                cwd=reports,
                env=env,
                log=log,
                timeout=INSTALL_SECONDS,
                what="installing the packages of the pages (npm ci)",
            )
            run_logged(
                node.npm("run", "postinstall"),
                cwd=reports,
                env=env,
                log=log.with_suffix(".patch.log"),
                timeout=120,
                what="patching the packages of the pages",
            )
        (modules / _STAMP).write_text(install_key(reports))
    return modules


@contextmanager
def _one_at_a_time(reports: Path) -> Iterator[None]:
    with (reports / ".install.lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
