"""The books, their operating models and their outcomes, read from the marts of one build."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import duckdb

from orchestration.lib.comparison.compare import Books, Comparison, Measure, Period, Rules, Sums, Window, compare_books
from orchestration.lib.comparison.outcomes import OUTCOMES, Outcome

PERIODS = "marts.dim_csm_operating_period"


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
    connected = {
        name
        for (name,) in connection.execute(
            "select canonical_object from audit.source_status where is_connected"
        ).fetchall()
    }
    missing = {
        outcome.name: sorted(set(outcome.requires) - connected)
        for outcome in OUTCOMES
        if not connected.issuperset(outcome.requires)
    }
    measures = {outcome.name: _measure(connection, outcome) for outcome in OUTCOMES}
    return compare_books(books, measures, row[0], Rules(int(row[1]), int(row[2])), missing)


def _measure(connection: duckdb.DuckDBPyConnection, outcome: Outcome) -> Measure:
    """Sums of a book in a window, from the outcome's rows, added up by book and day before they leave the warehouse."""
    by_book: dict[str, dict[date, Sums]] = defaultdict(dict)
    for csm_email, day, numerator, denominator, accounts in connection.execute(
        f"""
        select csm_email, day, sum(numerator), sum(denominator), list(distinct account_id)
        from ({outcome.sql}) as outcome (csm_email, account_id, day, numerator, denominator)
        group by csm_email, day
        order by csm_email, day
        """
    ).fetchall():
        by_book[csm_email][day] = Sums(float(numerator), float(denominator), frozenset(accounts))

    def measure(book: str, window: Window) -> Sums:
        days = by_book.get(book, {})
        if outcome.by_window:
            return days.get(window.end, Sums())
        found = Sums()
        for day, sums in days.items():
            if window.start < day <= window.end:
                found = found.plus(sums)
        return found

    return measure
