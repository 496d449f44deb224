"""The manifest that Dagster's definitions are read from, prepared before they are imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from orchestration.lib.errors import PostsaleError
from orchestration.lib.home import Home
from orchestration.lib.project import DBT_PROJECT_DIR, ROOT, fingerprint


class DbtProjectError(PostsaleError):
    """dbt could not read its project."""


def dbt_executable() -> str:
    """The dbt beside this interpreter, so that an environment that is not activated works too."""
    return str(Path(sys.executable).with_name("dbt"))


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
    """Run `dbt parse` when the dbt project changed since the manifest in `home` was made.

    Raises `DbtProjectError` with dbt's own message.
    """
    manifest = manifest_path(home)
    stamp = home.dbt_target / "project.sha256"
    # The manifest holds paths of the home: one that was moved or copied gets a manifest of its own.
    version = f"{fingerprint([DBT_PROJECT_DIR, ROOT / 'requirements.lock'])} {home.path}"
    if manifest.exists() and stamp.exists() and stamp.read_text() == version:
        return manifest
    stamp.unlink(missing_ok=True)
    outcome = subprocess.run(
        [
            dbt_executable(),
            "--quiet",
            "parse",
            "--project-dir",
            str(DBT_PROJECT_DIR),
            "--profiles-dir",
            str(DBT_PROJECT_DIR),
        ],
        env={**os.environ, **home.environment()},
        cwd=DBT_PROJECT_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    if outcome.returncode != 0:
        said = [line.strip() for line in (outcome.stdout + outcome.stderr).splitlines() if line.strip()]
        raise DbtProjectError(
            f"dbt could not read dbt_project: {' '.join(said[-6:])[:600]} (whole log: {home.dbt_logs / 'dbt.log'})"
        )
    stamp.write_text(version)
    return manifest
