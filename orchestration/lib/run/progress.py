"""Progress for people: one line per thing that happened, and a sign of life during long ones.

Steps report to the `postsale` logger, so that they need not know whether a terminal, a log file or the
Dagster UI is listening.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterator
from typing import TextIO

LOGGER = logging.getLogger("postsale")

SIGN_OF_LIFE_SECONDS = 2.0


def say(message: str) -> None:
    """Report something worth a line of its own."""
    LOGGER.info(message)


def tick(message: str) -> None:
    """Report progress within a long step; listeners show at most one of these every two seconds."""
    LOGGER.debug(message)


class ProgressHandler(logging.Handler):
    """Writes `  12.3 s  message` lines to a stream."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(level=logging.DEBUG)
        self._stream = stream
        self._started = self._last = time.monotonic()

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line, unless it is a tick too soon after another line."""
        now = time.monotonic()
        if record.levelno < logging.INFO and now - self._last < SIGN_OF_LIFE_SECONDS:
            return
        self._last = now
        self._stream.write(f"{now - self._started:6.1f} s  {record.getMessage()}\n")
        self._stream.flush()


@contextlib.contextmanager
def progress_to(stream: TextIO) -> Iterator[None]:
    """Show progress on `stream` for as long as the context lasts."""
    handler = ProgressHandler(stream)
    level, propagate = LOGGER.level, LOGGER.propagate
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.DEBUG)
    LOGGER.propagate = False
    try:
        yield
    finally:
        LOGGER.removeHandler(handler)
        LOGGER.setLevel(level)
        LOGGER.propagate = propagate
