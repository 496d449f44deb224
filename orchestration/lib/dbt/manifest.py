"""The manifest that Dagster's definitions are read from, prepared before they are imported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from orchestration.lib.dbt.process import DbtProcess, DbtProjectError
from orchestration.lib.home import Home
from orchestration.lib.project import DBT_PROJECT_DIR, ROOT, fingerprint


def manifest_path(home: Home) -> Path:
    """Where the prepared manifest lies."""
    return home.dbt_target / "manifest.json"


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
    """Have dbt read its project when it changed since the manifest in `home` was made.

    Raises `DbtProjectError` with dbt's own message.
    """
    if not _is_prepared(home):
        process = start_dbt(home)
        try:
            finish_manifest(home, process)
        finally:
            process.close()
    return manifest_path(home)


def start_dbt(home: Home) -> DbtProcess:
    """Start the dbt process of a run. The manifest in `home` may be read after `finish_manifest`."""
    is_prepared = _is_prepared(home)
    if not is_prepared:
        _stamp(home).unlink(missing_ok=True)
    return DbtProcess(home, is_read=is_prepared)


def finish_manifest(home: Home, process: DbtProcess) -> Path:
    """Wait until the manifest in `home` is the project's. Raises `DbtProjectError` with dbt's own message."""
    if not _is_prepared(home):
        version = _version(home)
        process.wait_until_ready()
        _stamp(home).write_text(version)
    return manifest_path(home)


def _is_prepared(home: Home) -> bool:
    stamp = _stamp(home)
    return manifest_path(home).exists() and stamp.exists() and stamp.read_text() == _version(home)


def _stamp(home: Home) -> Path:
    return home.dbt_target / "project.sha256"


def _version(home: Home) -> str:
    # The manifest holds paths of the home: one that was moved or copied gets a manifest of its own.
    return f"{fingerprint([DBT_PROJECT_DIR, ROOT / 'requirements.lock'])} {home.path}"
