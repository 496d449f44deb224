"""Rows arrive in a table as they were, in their order."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.lib.insert import create_table, insert_rows

COLUMNS = {
    "a text": "varchar",
    "number": "decimal(38, 6)",
    "share": "double",
    "n": "bigint",
    "is_so": "boolean",
    "on": "date",
    "at": "timestamp",
}
LARGE = Decimal(10) ** 31


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.none()
            | st.text(st.characters(exclude_categories=["Cs"]))
            | st.sampled_from(["", "null", "\\N", '"', "[]"]),
            st.none() | st.decimals(-LARGE, LARGE, places=6),
            st.none() | st.floats(allow_nan=False, allow_infinity=False),
            st.none() | st.integers(-(2**63), 2**63 - 1),
            st.none() | st.booleans(),
            st.none() | st.dates(date(1, 1, 1)),
            st.none() | st.datetimes(),
        ),
        max_size=20,
    )
)
def test_every_value_survives(rows: list[tuple[object, ...]]) -> None:
    with duckdb.connect() as connection:
        create_table(connection, "t", COLUMNS, rows)
        assert connection.execute("select * from t order by rowid").fetchall() == rows


def test_many_rows_keep_their_order_and_are_appended() -> None:
    with duckdb.connect() as connection:
        create_table(connection, "t", {"n": "bigint"}, ([number] for number in range(100_000)), temporary=True)
        insert_rows(connection, "t", {"n": "bigint"}, [[-1]])
        found = [number for (number,) in connection.execute("select n from t order by rowid").fetchall()]
    assert found == [*range(100_000), -1]


def test_a_row_of_another_width_and_a_value_of_another_type_are_refused() -> None:
    with duckdb.connect() as connection:
        with pytest.raises(ValueError, match="argument 2"):
            create_table(connection, "t", {"n": "bigint"}, [[1, 2]])
        with pytest.raises(duckdb.Error, match="many"):
            create_table(connection, "t", {"n": "bigint"}, [["many"]])
