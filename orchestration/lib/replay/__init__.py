"""A build's models made anew in memory, by the SQL that made them, over inputs of the caller's choosing."""

from orchestration.lib.replay.replay import Replay, model_statements, opening_statements
from orchestration.lib.replay.sources import raw_sources

__all__ = ["Replay", "model_statements", "opening_statements", "raw_sources"]
