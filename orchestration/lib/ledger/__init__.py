"""What was published and when: an append-only, hash-chained ledger of metric values, and why they changed."""

from orchestration.lib.ledger.chain import Break, verify
from orchestration.lib.ledger.entries import ENTRY_COLUMNS, Ledger
from orchestration.lib.ledger.history import history
from orchestration.lib.ledger.write import Appended, append, settle

__all__ = ["ENTRY_COLUMNS", "Appended", "Break", "Ledger", "append", "history", "settle", "verify"]
