"""Policy tables: the bundled defaults, each replaced by the company's file of the same name."""

from __future__ import annotations

from pathlib import Path

from orchestration.lib.contracts import load_connectors
from orchestration.lib.loader.landing import LandingFile
from orchestration.lib.project import DBT_PROJECT_DIR

POLICY = "policy"


def bundled_policy_dir() -> Path:
    """Folder of the default policy tables."""
    return DBT_PROJECT_DIR / "policy"


def own_table(policy_dir: Path | None, name: str) -> Path | None:
    """The company's own file for a policy table; None when the default applies."""
    file = policy_dir / f"{name}.csv" if policy_dir else None
    return file if file and file.is_file() else None


def policy_files(policy_dir: Path | None) -> list[LandingFile]:
    """The file of each policy table. Its identity is ``<table>.csv``, wherever it lies."""
    files = []
    for name in load_connectors()[POLICY].objects:
        path = own_table(policy_dir, name) or bundled_policy_dir() / f"{name}.csv"
        if path.is_file():
            files.append(LandingFile(path, f"{name}.csv", name, "csv", is_compressed=False, delivered_at=None))
    return files
