"""Contents that the ledger refers to by their hash: compiled models, definitions, the state of the sources.

Old builds are pruned. What it takes to ask again what they said stays here, each content once, compressed.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

from orchestration.lib.errors import PostsaleError


class KeptContentError(PostsaleError):
    """A kept content is gone or is not what it was."""


def keep(folder: Path, content: Any) -> str:
    """Write a JSON value below `folder` under its hash, unless it is there; returns the hash."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    known = hashlib.sha256(text).hexdigest()
    path = kept_file(folder, known)
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(text, mtime=0))
    return known


def read_kept(folder: Path, known: str) -> Any:
    """The JSON value with this hash. Raises `KeptContentError` when it is gone or was changed."""
    path = kept_file(folder, known)
    problem = problem_of(path, known)
    if problem is not None:
        raise KeptContentError(f"{path}: {problem}; restore it from a copy of this state directory")
    return json.loads(gzip.decompress(path.read_bytes()))


def problem_of(path: Path, known: str) -> str | None:
    """What is wrong with the file of a content, compressed or plain; None when it is what its hash says."""
    if not path.exists():
        return "the file is missing"
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError) as error:
        return f"the file cannot be read: {error}"
    return None if hashlib.sha256(content).hexdigest() == known else "the file was changed"


def kept_file(folder: Path, known: str) -> Path:
    """Where a content lies."""
    return folder / f"{known}.json.gz"
