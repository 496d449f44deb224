"""What was set aside: listed, explained, mended and loaded after all."""

from orchestration.lib.quarantine.effect import Effect
from orchestration.lib.quarantine.faults import Fault, Selection, counted, find_fault, list_faults, load_balance
from orchestration.lib.quarantine.replay import Preview, Replay, preview, replay

__all__ = [
    "Effect",
    "Fault",
    "Preview",
    "Replay",
    "Selection",
    "counted",
    "find_fault",
    "list_faults",
    "load_balance",
    "preview",
    "replay",
]
