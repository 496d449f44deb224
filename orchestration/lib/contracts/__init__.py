"""Contracts: what each source object must look like, declared in ``orchestration/defs/sources/*.yml``.

A contract is the single declaration from which the loader's reject reasons, the dbt source
definitions and the asset checks are all derived.
"""

from orchestration.lib.contracts.columns import (
    LINEAGE_COLUMNS,
    MANIFEST_COLUMNS,
    QUARANTINE_COLUMNS,
    REPLAY_COLUMNS,
    raw_columns,
)
from orchestration.lib.contracts.load import ContractError, contracts_dir, load_connectors
from orchestration.lib.contracts.model import Column, Connector, ObjectContract, RejectRule

__all__ = [
    "LINEAGE_COLUMNS",
    "MANIFEST_COLUMNS",
    "QUARANTINE_COLUMNS",
    "REPLAY_COLUMNS",
    "Column",
    "Connector",
    "ContractError",
    "ObjectContract",
    "RejectRule",
    "contracts_dir",
    "load_connectors",
    "raw_columns",
]
