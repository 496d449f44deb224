"""What a reader hands over: the rows of one file, untouched, in a temporary table."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from orchestration.lib.contracts import ObjectContract
from orchestration.lib.loader.inspect import FileFaultError

ARRIVED = "arrived"

# Columns of the temporary table `arrived`, before the contract's own in order (all text, blank = null):
#   _row_number  row of the file         _fault, _fault_detail  what is wrong with its structure, or null
#   _raw_record  the text as it arrived, where the reader has it   _extra  JSON of unknown columns, or null


@dataclass(frozen=True)
class Arrival:
    """The rows of one file are in the temporary table ``arrived``.

    ``seen``: columns of the file; ``extra``: those the contract does not know;
    ``missing``: optional ones of the contract that the file lacks.
    """

    rows: int
    seen: tuple[str, ...]
    extra: tuple[str, ...]
    missing: tuple[str, ...]


def match_columns(contract: ObjectContract, seen: list[str]) -> dict[str, int]:
    """Position in the file of each declared column, by name, whatever the case.

    Raises FileFaultError ``duplicate_column`` or ``missing_column``.
    """
    positions: dict[str, int] = {}
    for position, name in enumerate(seen):
        lower = name.lower()
        if lower and lower in positions:
            raise FileFaultError(
                "duplicate_column", f"column {name!r} stands in the header twice; remove or rename one of the two"
            )
        positions[lower] = position
    found = {name: positions[name.lower()] for name in contract.columns if name.lower() in positions}
    require_columns(contract, set(found), seen)
    return found


def require_columns(contract: ObjectContract, found: set[str], seen: list[str]) -> None:
    """Raises FileFaultError ``missing_column`` when a required column is not among ``found``."""
    missing = [name for name in contract.required if name not in found]
    missing += [" or ".join(group) for group in contract.one_of if not found & set(group)]
    if not missing:
        return
    spare = [name for name in seen if name.lower() not in {column.lower() for column in contract.columns}]
    hints = []
    for name in missing:
        close = [column for column in spare if column and name.lower().endswith(f"_{column.lower()}")]
        close = close or difflib.get_close_matches(name, spare, n=1, cutoff=0.7)
        if close:
            hints.append(f"{close[0]!r} may be {name!r}")
    hint = f" ({'; '.join(hints)})" if hints else ""
    raise FileFaultError(
        "missing_column",
        f"missing {'column' if len(missing) == 1 else 'columns'} {', '.join(missing)}{hint}; "
        f"the file has: {', '.join(name for name in seen if name) or 'none'}",
    )
