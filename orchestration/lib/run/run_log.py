"""Dagster's own log of a run, in full, in a file: the terminal shows progress for people instead."""

from __future__ import annotations

import logging

import dagster as dg


@dg.logger({"path": dg.Field(str, description="File to append to.")}, description="Writes the run's log to a file.")
def run_log(context: dg.InitLoggerContext) -> logging.Logger:
    """A logger that appends to the configured file."""
    logger = logging.Logger("dagster.run_log", level=logging.DEBUG)
    handler = logging.FileHandler(context.logger_config["path"], encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(message)s"))
    logger.addHandler(handler)
    return logger
