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
# Apart from the first, whose lines the Dagster UI keeps: signs of life are for those who watch.
TICKS = logging.getLogger("postsale_ticks")

# The first sign of life comes soon, the next ones when a reader may begin to wonder.
FIRST_SIGN_SECONDS = 2.0
NEXT_SIGN_SECONDS = 10.0


def say(message: str) -> None:
    """Report something worth a line of its own."""
    LOGGER.info(message)


def tick(message: str) -> None:
    """Report progress within a long step; listeners show one after two seconds of silence, then one every ten."""
    TICKS.debug(message)


class ProgressHandler(logging.Handler):
    """Writes `  12.3 s  message` lines to a stream."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(level=logging.DEBUG)
        self._stream = stream
        self._started = self._last = time.monotonic()
        self._last_was_sign = False

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line, unless it is a tick too soon after another line."""
        now = time.monotonic()
        is_sign = record.levelno < logging.INFO
        if is_sign and now - self._last < (NEXT_SIGN_SECONDS if self._last_was_sign else FIRST_SIGN_SECONDS):
            return
        self._last, self._last_was_sign = now, is_sign
        self._stream.write(f"{now - self._started:6.1f} s  {record.getMessage()}\n")
        self._stream.flush()


@contextlib.contextmanager
def progress_to(stream: TextIO) -> Iterator[None]:
    """Show progress on `stream` for as long as the context lasts."""
    handler = ProgressHandler(stream)
    before = [(logger, logger.level, logger.propagate) for logger in (LOGGER, TICKS)]
    for logger, _, _ in before:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
    try:
        yield
    finally:
        for logger, level, propagate in before:
            logger.removeHandler(handler)
            logger.setLevel(level)
            logger.propagate = propagate
