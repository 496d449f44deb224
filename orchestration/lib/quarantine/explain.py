"""One fault, told in full."""

from __future__ import annotations

import json
from typing import Any

from orchestration.lib.errors import UsageError
from orchestration.lib.home import Home
from orchestration.lib.loader.ledger import Ledger
from orchestration.lib.loader.zone import RawZone, session
from orchestration.lib.quarantine.faults import Fault, as_record
from orchestration.lib.quarantine.mend import how_to_mend, record_of, value_at_fault


def explain(home: Home, fault: Fault) -> dict[str, Any]:
    """Everything known of a fault as JSON values: the value at fault, the record taken apart, how to mend it.

    ``record`` is None for a whole file and for a record that cannot be taken apart; ``raw_record`` then has its text.
    """
    zone = RawZone.of(home.path)
    with session() as connection:
        original = next(one for one in Ledger(zone, connection).records if one.load_id == fault.load_id)
    try:
        record: dict[str, Any] | None = record_of(fault, original, zone)
    except UsageError:
        record = None
    return {
        **as_record(fault),
        "value": None if record is None else value_at_fault(record, fault),
        "mend": how_to_mend(fault),
        "record": record,
        "raw_record": fault.raw_record
        if fault.raw_record is not None or record is None
        else json.dumps(record, ensure_ascii=False),
    }
