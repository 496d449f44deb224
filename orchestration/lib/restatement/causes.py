"""The causes of a restatement, in the order in which they are told apart.

Each is exchanged after the ones before it, so what two causes do only together belongs to the later one. The order is
that of the way of the data: rows, what is made of them, by which rules, seen from when, read how. It is part of what
the ledger promises: see docs/decisions/ledger.md.
"""

from __future__ import annotations

ROWS_LATE = "rows_late"
ROWS_CHANGED = "rows_changed"
ROWS_WITHDRAWN = "rows_withdrawn"
HIERARCHY = "hierarchy"
POLICY = "policy"
FX = "fx"
AS_OF = "as_of"
GRACE_EXPIRED = "grace_expired"
DEFINITION = "definition"
CODE = "code"

CAUSES = (
    ROWS_LATE,
    ROWS_CHANGED,
    ROWS_WITHDRAWN,
    HIERARCHY,
    POLICY,
    FX,
    AS_OF,
    GRACE_EXPIRED,
    DEFINITION,
    CODE,
)

# None of the inputs differs, and the value does all the same.
UNEXPLAINED = "unexplained"

# Columns of the build's parameters that are inputs of their own; the others are scalar policy.
PARAMETERS = {
    "reporting_currency": FX,
    "fiscal_year_of_as_of": FX,
    "as_of": AS_OF,
    "last_closed_month_end": AS_OF,
}
# Columns that identify a build, and the clock of knowledge: which rows are seen is decided row by row.
NO_INPUT = frozenset({"as_of_origin", "known_at", "policy_hash", "input_hash", "code_version", "build_id"})

# Policy tables are causes of their own; exchange rates are told apart from the rest.
FX_TABLE = "policy.fx_rates"


def cause_of_parameter(name: str) -> str | None:
    """The cause that a changed parameter counts as; None when it is no input."""
    return None if name in NO_INPUT else PARAMETERS.get(name, POLICY)


def cause_of_table(name: str) -> str | None:
    """The cause that any change of a policy table (`policy.<name>`) counts as; None for other raw tables."""
    if name == FX_TABLE:
        return FX
    return POLICY if name.startswith("policy.") else None
