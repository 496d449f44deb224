"""Where the parts of this project lie, and what they weigh in as: a fingerprint of the code."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE_DIR = ROOT / "orchestration"
DBT_PROJECT_DIR = ROOT / "dbt_project"
REPORTS_DIR = ROOT / "reports"
SAMPLE_CONFIG = ROOT / "seeds" / "company" / "postsale.toml"

# Made by tools beside the sources; never an input of a build.
_MADE = frozenset({"__pycache__", "node_modules", ".evidence", "build", "target", "logs", "dbt_packages"})


def files_below(folder: Path) -> Iterable[Path]:
    """Files under `folder` in path order, without what tools made there."""
    for entry in sorted(folder.iterdir()) if folder.is_dir() else ():
        if entry.is_dir():
            if entry.name not in _MADE:
                yield from files_below(entry)
        elif not entry.name.startswith(".") and entry.suffix != ".pyc":
            yield entry


def fingerprint(paths: Iterable[Path], *, root: Path = ROOT) -> str:
    """sha256 hex over names (relative to `root` where they lie in it) and contents of files and folders."""
    digest = hashlib.sha256()
    for path in paths:
        for file in files_below(path) if path.is_dir() else [path]:
            name = file.relative_to(root) if file.is_relative_to(root) else file
            content = hashlib.sha256()
            with file.open("rb") as stream:
                while chunk := stream.read(1 << 20):
                    content.update(chunk)
            digest.update(f"{name.as_posix()}\0{content.hexdigest()}\n".encode())
    return digest.hexdigest()


def code_fingerprint() -> str:
    """The version of everything that turns inputs into pages: package, dbt project, pages, locked packages."""
    return fingerprint([PACKAGE_DIR, DBT_PROJECT_DIR, REPORTS_DIR, ROOT / "requirements.lock"])
