"""What books are compared by, and the columns of the result. Light to import: nothing is computed here."""

from __future__ import annotations

from dataclasses import dataclass

#: Name and DuckDB type of each column of the result.
COLUMNS: tuple[tuple[str, str], ...] = (
    ("comparison", "varchar"),
    ("outcome", "varchar"),
    ("arm_a", "varchar"),
    ("arm_b", "varchar"),
    ("books_a", "integer"),
    ("books_b", "integer"),
    ("accounts_a", "integer"),
    ("accounts_b", "integer"),
    ("value_a", "double"),
    ("value_b", "double"),
    ("difference", "double"),
    ("low", "double"),
    ("high", "double"),
    ("confidence", "double"),
    ("verdict", "varchar"),
    ("reason", "varchar"),
)


@dataclass(frozen=True)
class Outcome:
    """One thing to compare books by: a ratio of sums.

    ``sql`` returns (csm_email, account_id, day, numerator, denominator) rows of the marts ``marts``. ``by_window``: the
    row holds the whole twelve months that end on ``day``; otherwise it is something that happened on that day.
    ``requires`` names the objects without which nobody can know it.
    """

    name: str
    marts: tuple[str, ...]
    sql: str
    by_window: bool = False
    requires: tuple[str, ...] = ()


OUTCOMES = (
    Outcome(
        "nrr",
        ("fct_arr_window", "dim_account_history"),
        """
        select books.csm_email, windows.account_id, windows.month_end, windows.current_arr, windows.base_arr
        from marts.fct_arr_window as windows
        inner join marts.dim_account_history as books on windows.book_id = books.book_id
        where windows.window_months = 12 and windows.is_base and books.csm_email is not null
        """,
        by_window=True,
        requires=("subscriptions",),
    ),
    Outcome(
        "proactive_expansion_share",
        ("fct_expansion", "dim_account_history"),
        """
        select
            books.csm_email, parts.account_id, parts.month_end,
            case when parts.motion = 'proactive' then parts.amount else 0 end, parts.amount
        from marts.fct_expansion as parts
        inner join marts.dim_account_history as books on parts.book_id = books.book_id
        where
            parts.movement_type = 'expansion' and parts.motion in ('proactive', 'reactive')
            and books.csm_email is not null
        """,
        requires=("subscriptions", "opportunities"),
    ),
    Outcome(
        "warning_response_24h_rate",
        ("fct_warning",),
        """
        select owner_email, account_id, opened_on, case when is_response_on_time then 1 else 0 end, 1
        from marts.fct_warning
        where is_response_due and owner_email is not null
        """,
        requires=("meetings",),
    ),
)

#: Marts that the comparison reads.
MARTS = ("dim_csm_operating_period", *dict.fromkeys(mart for outcome in OUTCOMES for mart in outcome.marts))
