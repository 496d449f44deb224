"""One run at a time in a home. The lock dies with its process, so a killed run leaves nothing to clear away."""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import ClassVar

from orchestration.lib.errors import PostsaleError
from orchestration.lib.home.home import Home


class HomeIsBusyError(PostsaleError):
    """Another process is running in the same home."""


class HomeLock(AbstractContextManager["HomeLock"]):
    """Exclusive lock on a home; may be taken again within the process that holds it."""

    _held: ClassVar[dict[Path, tuple[int, int]]] = {}

    def __init__(self, home: Home) -> None:
        self._home = home
        self._path = home.path / "run.lock"

    def __enter__(self) -> HomeLock:
        if self._path in self._held:
            descriptor, depth = self._held[self._path]
            self._held[self._path] = (descriptor, depth + 1)
            return self
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 4096).decode(errors="replace")
            os.close(descriptor)
            raise HomeIsBusyError(
                f"another run is under way in {self._home.path}{_describe(holder)}: "
                "wait for it, or set POSTSALE_HOME to a different directory"
            ) from None
        note = {"process": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")}
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(note).encode(), 0)
        self._held[self._path] = (descriptor, 1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        descriptor, depth = self._held[self._path]
        if depth > 1:
            self._held[self._path] = (descriptor, depth - 1)
            return
        del self._held[self._path]
        os.close(descriptor)


def _describe(holder: str) -> str:
    try:
        note = json.loads(holder)
    except ValueError:
        return ""
    return f" (process {note.get('process')}, since {note.get('since')})"
