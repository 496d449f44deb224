"""Why a published number of a closed period changed: by asking again with one group of inputs exchanged at a time."""

from orchestration.lib.restatement.causes import CAUSES
from orchestration.lib.restatement.record import record

__all__ = ["CAUSES", "record"]
