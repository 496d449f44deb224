"""What dbt read of its project, kept for every home of this installation.

Reading the project takes dbt twenty seconds of a core, and what it reads is the same in every home but for the home's
own path. So it is read once for a home that is only a name, kept inside the virtual environment under a hash of all
that it depends on, and each home gets a copy with its path in it. The exports' compiled statements are kept beside it.

`python -m orchestration.lib.dbt.keep` does it ahead of the first run.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgpack

from orchestration.lib.home import Home
from orchestration.lib.project import DBT_PROJECT_DIR, ROOT, files_below, fingerprint

# Stands for the home's path in what is kept. No such folder is ever made.
ANY_HOME = "/postsale-home-of-any-company"
MANIFEST, SEMANTIC_MANIFEST, PARTIAL_PARSE = "manifest.json", "semantic_manifest.json", "partial_parse.msgpack"
COMPILED = "compiled_metrics.json"
KEPT_VERSIONS = 8

# Where dbt's own record of the project can hold the home's path; everything else in it is the project's.
_TELL_THE_HOME = ("sources", "env_vars")
# A home has its own of these, and none of them is part of what is read.
_OF_THE_HOME = frozenset({"POSTSALE_HOME", "POSTSALE_WAREHOUSE"})
_ENV_VAR = re.compile(rb"env_var\(\s*['\"](\w+)['\"]")
# The file begins with the version of the definitions that it answers for.
_HEAD = len('{"version": "') + 64


def project_version() -> str:
    """sha256 hex over all that decides what dbt reads: project, packages, interpreter, environment variables."""
    named = {name.decode() for file in files_below(DBT_PROJECT_DIR) for name in _ENV_VAR.findall(file.read_bytes())}
    told = {name: os.environ.get(name) for name in sorted(named - _OF_THE_HOME)}
    parts = (
        fingerprint([DBT_PROJECT_DIR, ROOT / "requirements.lock", Path(__file__)]),
        str(DBT_PROJECT_DIR),
        sys.version,
        json.dumps(told),
    )
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class KeptProject:
    """One version of the project as dbt read it; `root` holds the versions, one folder each."""

    root: Path
    version: str

    @classmethod
    def current(cls, home: Home) -> KeptProject:
        """The project as it is now, inside the virtual environment; where that may not be written, in the home."""
        root = Path(sys.prefix) / "var" / "postsale" / "dbt"
        with contextlib.suppress(OSError):
            root.mkdir(parents=True, exist_ok=True)
        return cls(root if os.access(root, os.W_OK) else home.path / "dbt" / "kept", project_version())

    @property
    def folder(self) -> Path:
        """Where this version lies."""
        return self.root / self.version

    def place_to_read_into(self) -> Path:
        """A new folder for dbt to write into, on the disk of the kept versions."""
        self.root.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=".reading-", dir=self.root))

    def keep(self, read: Path) -> None:
        """Keep what dbt wrote into `read`, which is removed. Another process may have kept the same already."""
        (read / "kept").mkdir()
        for name in (MANIFEST, SEMANTIC_MANIFEST, PARTIAL_PARSE):
            (read / name).rename(read / "kept" / name)
        try:
            (read / "kept").rename(self.folder)
        except OSError:
            if not self.folder.is_dir():
                raise
        shutil.rmtree(read, ignore_errors=True)
        for old in self._old_versions():
            shutil.rmtree(old, ignore_errors=True)

    def give_to(self, home: Home) -> bool:
        """Write a copy for `home` into its dbt folder; False when this version is not kept."""
        try:
            manifest = (self.folder / MANIFEST).read_text(encoding="utf-8")
            semantic_manifest = (self.folder / SEMANTIC_MANIFEST).read_bytes()
            partial_parse = (self.folder / PARTIAL_PARSE).read_bytes()
        except FileNotFoundError:
            return False
        os.utime(self.folder)
        target, path = home.dbt_target, str(home.path)
        (target / MANIFEST).write_text(manifest.replace(ANY_HOME, json.dumps(path)[1:-1]), encoding="utf-8")
        (target / SEMANTIC_MANIFEST).write_bytes(semantic_manifest)
        (target / PARTIAL_PARSE).write_bytes(_with_home(partial_parse, path))
        return True

    def keep_compiled(self, home: Home) -> None:
        """Keep the compiled statements of every export, which lie in `home`."""
        if self.folder.is_dir():
            partial = self.folder / f".{COMPILED}.{os.getpid()}"
            shutil.copyfile(home.dbt_target / COMPILED, partial)
            partial.replace(self.folder / COMPILED)

    def give_compiled_to(self, home: Home) -> bool:
        """Make sure that `home` has the compiled statements of every export; False when they are not kept."""
        try:
            kept = (self.folder / COMPILED).read_bytes()
        except FileNotFoundError:
            return False
        own = home.dbt_target / COMPILED
        own.parent.mkdir(parents=True, exist_ok=True)
        # A home's own may hold more, for sources that are not connected there: it stays while it is of the version.
        if not own.exists() or own.read_bytes()[:_HEAD] != kept[:_HEAD]:
            own.write_bytes(kept)
        return True

    def _old_versions(self) -> list[Path]:
        folders = [entry for entry in self.root.iterdir() if entry.is_dir() and not entry.name.startswith(".")]
        return sorted(folders, key=_used_at, reverse=True)[KEPT_VERSIONS:]


def _used_at(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _with_home(partial_parse: bytes, path: str) -> bytes:
    record = msgpack.unpackb(partial_parse, strict_map_key=False)
    for part in _TELL_THE_HOME:
        record[part] = _replaced(record[part], path)
    packed: bytes = msgpack.packb(record)
    if ANY_HOME.encode() in packed:
        raise AssertionError(f"dbt keeps the home's path in another part of the project than {_TELL_THE_HOME}")
    return packed


def _replaced(value: Any, path: str) -> Any:
    if isinstance(value, str):
        return value.replace(ANY_HOME, path)
    if isinstance(value, dict):
        return {key: _replaced(item, path) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, path) for item in value]
    return value
