"""From files in the landing folders to the append-only raw zone.

``load_source`` and ``load_policy`` read what has not been read before; ``prepare_raw_zone`` clears
what a killed run left and makes sure that every declared object has a readable, possibly empty, table.
"""

from orchestration.lib.loader.ledger import LoadRecord
from orchestration.lib.loader.load import InputError, load_policy, load_source
from orchestration.lib.loader.zone import prepare_raw_zone

__all__ = ["InputError", "LoadRecord", "load_policy", "load_source", "prepare_raw_zone"]
