"""A cheap answer to: has anything changed since the last load?"""

from __future__ import annotations

import hashlib
from pathlib import Path

from orchestration.lib.config import Config
from orchestration.lib.contracts import load_connectors
from orchestration.lib.loader.landing import scan
from orchestration.lib.loader.policy import policy_files
from orchestration.lib.loader.zone import RawZone


def pending(config: Config, home: Path) -> str:
    """Fingerprint (sha256 hex) of the configuration, the landing files and the load ledger, without reading data.

    Equal fingerprints mean that loading would find nothing new and that the raw zone is the same. Files
    are told apart by path, size and times; the time of change of the inode cannot be set back by a copy
    that keeps the time of modification. The load itself always compares contents.
    """
    digest = hashlib.sha256(config.file.read_bytes() if config.file.is_file() else b"")
    connectors = load_connectors()
    for name, source in sorted(config.sources.items()):
        for file in scan(source.path, connectors[source.connector]).files:
            _add(digest, name, file.relative, file.path)
    for file in policy_files(config.policy_dir):
        _add(digest, "policy", str(file.path), file.path)
    for manifest in sorted(RawZone.of(home).loads.glob("*.parquet")):
        digest.update(manifest.name.encode())
    return digest.hexdigest()


def _add(digest: hashlib._Hash, source: str, name: str, path: Path) -> None:
    stat = path.stat()
    digest.update(f"{source}\0{name}\0{stat.st_size}\0{stat.st_mtime_ns}\0{stat.st_ctime_ns}\n".encode())
