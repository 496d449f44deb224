"""The books, their operating models and their outcomes, read from the marts of one build."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import duckdb

from orchestration.lib.comparison.compare import Books, Comparison, Measure, Period, Rules, Sums, Window, compare_books

PERIODS = "marts.dim_csm_operating_period"


@dataclass(frozen=True)
class Outcome:
    """One thing to compare books by: a ratio of sums.

    ``sql`` returns (csm_email, account_id, day, numerator, denominator) rows. ``by_window``: the row holds the whole twelve
    months that end on ``day``; otherwise it is something that happened on that day. Needs every mart of ``marts``; an outcome
    whose mart the project does not have is left out.
    """

    name: str
    marts: tuple[str, ...]
    sql: str
    by_window: bool = False


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
    ),
)

#: Marts that the comparison reads where the project has them.
MARTS = ("dim_csm_operating_period", *dict.fromkeys(mart for outcome in OUTCOMES for mart in outcome.marts))


def operating_model_comparison(connection: duckdb.DuckDBPyConnection) -> list[Comparison]:
    """Every comparison of the build behind ``connection``. The same marts give the same rows."""
    row = connection.execute(
        "select last_closed_month_end, comparison_minimum_books, comparison_confidence_percent"
        " from staging.stg_build__parameters"
    ).fetchone()
    if row is None:
        raise ValueError("staging.stg_build__parameters is empty: the build has no parameters")
    periods = connection.execute(
        f"select csm_email, valid_from, valid_to, operating_model from {PERIODS} order by csm_email, valid_from"
    ).fetchall()
    books = Books(Period(*period) for period in periods)
    present = {
        name
        for (name,) in connection.execute(
            "select table_name from information_schema.tables where table_schema = 'marts'"
        ).fetchall()
    }
    measures = {
        outcome.name: _measure(connection, outcome) for outcome in OUTCOMES if present.issuperset(outcome.marts)
    }
    return compare_books(books, measures, row[0], Rules(int(row[1]), int(row[2])))


def _measure(connection: duckdb.DuckDBPyConnection, outcome: Outcome) -> Measure:
    """Sums of a book in a window, from the outcome's rows."""
    by_book: dict[str, list[tuple[date, str, float, float]]] = defaultdict(list)
    for csm_email, account_id, day, numerator, denominator in connection.execute(outcome.sql).fetchall():
        by_book[csm_email].append((day, account_id, float(numerator), float(denominator)))
    for rows in by_book.values():
        rows.sort()

    def measure(book: str, window: Window) -> Sums:
        first = window.end if outcome.by_window else window.start
        found = Sums()
        for day, account_id, numerator, denominator in by_book.get(book, ()):
            if (day == first) if outcome.by_window else (first < day <= window.end):
                found = found.plus(Sums(numerator, denominator, frozenset({account_id})))
        return found

    return measure
