"""The manifest that Dagster's definitions are read from, prepared before they are imported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from orchestration.lib.dbt.kept import MANIFEST, KeptProject
from orchestration.lib.dbt.process import DbtProcess, DbtProjectError
from orchestration.lib.home import Home
from orchestration.lib.project import DBT_PROJECT_DIR


def manifest_path(home: Home) -> Path:
    """Where the prepared manifest lies."""
    return home.dbt_target / MANIFEST


def read_manifest(home: Home) -> dict[str, Any]:
    """The prepared manifest. Raises `DbtProjectError` when it was not prepared yet."""
    try:
        manifest: dict[str, Any] = json.loads(manifest_path(home).read_bytes())
    except FileNotFoundError:
        raise DbtProjectError(
            f"no prepared dbt manifest in {home.dbt_target}: "
            "`postsale run` prepares it, or `python -m orchestration.lib.dbt`"
        ) from None
    return manifest


def prepare_manifest(home: Home) -> Path:
    """Give `home` the manifest of the project as it is; dbt reads the project when no home of this version did yet.

    Raises `DbtProjectError` with dbt's own message.
    """
    if not _adopt(home):
        process = start_dbt(home)
        try:
            finish_manifest(home, process)
        finally:
            process.close()
    return manifest_path(home)


def start_dbt(home: Home) -> DbtProcess:
    """Start the dbt process of a run. The manifest in `home` may be read after `finish_manifest`."""
    if _adopt(home):
        return DbtProcess(home)
    return DbtProcess(home, reads=KeptProject.current(home))


def finish_manifest(home: Home, process: DbtProcess) -> Path:
    """Wait until the manifest in `home` is the project's. Raises `DbtProjectError` with dbt's own message."""
    if process.reads is not None:
        process.wait_until_ready()
        if process.reads != KeptProject.current(home):
            raise DbtProjectError(f"{DBT_PROJECT_DIR} changed while dbt read it: run again")
        assert process.target is not None
        process.reads.keep(process.target)
        if not _adopt(home):
            raise DbtProjectError(f"what dbt read of its project vanished from {process.reads.folder}: run again")
    return manifest_path(home)


def _adopt(home: Home) -> bool:
    """Make sure that the manifest in `home` is the project's, from what is kept; False when dbt has to read it."""
    kept = KeptProject.current(home)
    # The manifest holds paths of the home: one that was moved or copied gets a manifest of its own.
    version = f"{kept.version} {home.path}"
    stamp = home.dbt_target / "project.sha256"
    if manifest_path(home).exists() and stamp.exists() and stamp.read_text() == version:
        return True
    stamp.unlink(missing_ok=True)
    is_kept = kept.give_to(home)
    if is_kept:
        stamp.write_text(version)
    return is_kept
