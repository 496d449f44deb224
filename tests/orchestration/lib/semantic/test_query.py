"""What a query answers, by hand from the rows in `toy/models`."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from orchestration.lib.errors import UsageError
from orchestration.lib.semantic import SemanticLayer

JAN, FEB, MAR, APR, MAY = (dt.date(2025, month, 1) for month in range(1, 6))
Q1, Q2 = dt.date(2025, 1, 1), dt.date(2025, 4, 1)


def values(toy: SemanticLayer, metric: str, *by: str, **how: Any) -> dict[Any, Any]:
    """{period: value} or {(period, slice, …): value}, plain numbers."""
    result = toy.query([metric], by, **how)
    width = 1 + len(by)
    return {
        (row[:width] if by else row[0]): float(row[width]) if isinstance(row[width], Decimal) else row[width]
        for row in result.rows
    }


def test_a_flow_adds_up_and_is_zero_where_nothing_happened(toy: SemanticLayer) -> None:
    assert values(toy, "sales") == {JAN: 120.10, FEB: 0, MAR: 51, APR: 0, MAY: 7.5}


def test_a_flow_by_quarter_says_whether_the_quarter_is_over(toy: SemanticLayer) -> None:
    result = toy.query(["sales"], grain="quarter")
    assert result.columns == ("metric_time", "sales", "is_complete")
    assert result.rows == [(Q1, Decimal("171.10"), True), (Q2, Decimal("7.50"), False)]


def test_a_flow_by_day_and_week_covers_every_period(toy: SemanticLayer) -> None:
    days = values(toy, "sales", grain="day")
    assert len(days) == (dt.date(2025, 5, 20) - JAN).days + 1
    assert days[dt.date(2025, 1, 15)] == 100.10
    assert sum(days.values()) == pytest.approx(178.60)
    weeks = values(toy, "sales", grain="week")
    assert weeks[dt.date(2025, 1, 13)] == 100.10
    assert all(day.weekday() == 0 for day in weeks)


def test_a_stock_stops_at_the_last_closed_month(toy: SemanticLayer) -> None:
    assert values(toy, "stock") == {JAN: 15, FEB: 15, MAR: 10, APR: 12.5}


def test_a_stock_at_a_coarser_grain_is_its_last_month(toy: SemanticLayer) -> None:
    assert values(toy, "stock", grain="quarter") == {Q1: 10, Q2: 12.5}
    assert values(toy, "stock", grain="year") == {JAN: 12.5}


def test_a_slice_that_vanished_does_not_keep_its_last_value(toy: SemanticLayer) -> None:
    quarters = values(toy, "stock", "region", grain="quarter")
    assert quarters == {(Q1, "north"): 10, (Q1, "south"): 0, (Q2, "north"): 12.5, (Q2, "south"): 0}


def test_a_filter_does_not_move_a_quarter_to_an_earlier_month(toy: SemanticLayer) -> None:
    assert values(toy, "stock", grain="quarter", where="region = 'south'") == {Q1: 0, Q2: 0}
    assert values(toy, "stock", where="region = 'south'") == {JAN: 5, FEB: 5, MAR: 0, APR: 0}


def test_an_opening_stock_at_a_coarser_grain_is_its_first_month(toy: SemanticLayer) -> None:
    assert values(toy, "opening_stock") == {JAN: 0, FEB: 15, MAR: 10, APR: 10}
    assert values(toy, "opening_stock", grain="quarter") == {Q1: 0, Q2: 10}


def test_ratios_are_computed_from_sums_and_null_over_nothing(toy: SemanticLayer) -> None:
    assert values(toy, "online_share") == {JAN: 1.0, FEB: None, MAR: 0.0, APR: None, MAY: 1.0}
    assert values(toy, "online_share", grain="quarter") == {Q1: pytest.approx(120.10 / 171.10), Q2: 1.0}
    assert values(toy, "turnover", grain="quarter")[Q1] == pytest.approx(171.10 / 10)


def test_medians_and_percentiles_are_continuous(toy: SemanticLayer) -> None:
    assert values(toy, "median_shipping_days") == {JAN: 4.5, FEB: None, MAR: 1.0, APR: None, MAY: 2.0}
    assert values(toy, "p90_shipping_days")[JAN] == pytest.approx(5.7)


def test_a_metric_whose_source_is_not_connected_is_null_and_never_zero(toy: SemanticLayer) -> None:
    assert values(toy, "returned") == dict.fromkeys((JAN, FEB, MAR, APR, MAY))
    assert toy.missing_sources("returned") == ("returns",)


def test_one_connected_source_of_several_may_be_enough(toy: SemanticLayer) -> None:
    assert toy.missing_sources("returned_or_sold") == ()
    assert toy.query(["returned_or_sold"]).rows == toy.query(["sales"]).rows
    assert toy.missing_sources("returned_or_lost") == ("returns", "losses")
    assert all(row[-1] is None for row in toy.query(["returned_or_lost"]).rows)
    assert values(toy, "returned", "region") == {}


def test_a_precomputed_metric_shows_the_total_or_one_dimension(toy: SemanticLayer) -> None:
    assert values(toy, "score") == {JAN: 0.9, FEB: 0.8, MAR: 0.7, APR: 0.6}
    assert values(toy, "score", grain="quarter") == {Q1: 0.7, Q2: 0.6}
    assert values(toy, "score", "region", grain="quarter") == {
        (Q1, "north"): 0.5,
        (Q1, "south"): 0.4,
        (Q2, "north"): 0.3,
        (Q2, "south"): None,
    }
    assert values(toy, "score", where="region = 'south'") == {JAN: None, FEB: None, MAR: 0.4, APR: None}
    assert values(toy, "score", "region", where="region in ('north', 'x')")[(MAR, "north")] == 0.5


@pytest.mark.parametrize(
    ("by", "where", "said"),
    [
        (("region", "size"), None, "one dimension at a time"),
        (("region",), "size = 'big'", "one dimension at a time, not by region and size"),
        ((), "region = 'a' and size = 'b'", "one dimension at a time"),
        ((), "region in ('north', 'south')", "add --by region"),
        ((), "region <> 'north'", "add --by region"),
        (("manager",), None, "dimensions: region, size"),
    ],
)
def test_a_precomputed_metric_refuses_other_slices(
    toy: SemanticLayer, by: tuple[str, ...], where: str | None, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        toy.query(["score"], by, where=where)


def test_a_metrics_own_dimension_comes_before_that_of_the_joined_table(toy: SemanticLayer) -> None:
    assert toy.dimensions("sales")["manager"] == "sale__manager"
    assert toy.dimensions("stock")["manager"] == "site__manager"
    assert values(toy, "sales", "manager", since=JAN, until=JAN) == {(JAN, "Cy"): 100.10, (JAN, "Di"): 20}
    both = toy.query(["sales", "stock"], ["manager"], since=JAN, until=JAN)
    assert both.records() == [
        {"metric_time": "2025-01-01", "manager": "Ada", "sales": 0, "stock": 10},
        {"metric_time": "2025-01-01", "manager": "Bo", "sales": 0, "stock": 5},
        {"metric_time": "2025-01-01", "manager": "Cy", "sales": 100.1, "stock": 0},
        {"metric_time": "2025-01-01", "manager": "Di", "sales": 20, "stock": 0},
    ]


def test_keys_of_precomputed_tables_are_not_dimensions(toy: SemanticLayer) -> None:
    assert set(toy.dimensions("score")) == {"region", "size"}
    assert all("dimension_value" not in toy.dimensions(metric) for metric in toy.metrics)


def test_rows_without_a_dimension_value_stay_and_come_last(toy: SemanticLayer) -> None:
    march = values(toy, "sales", "region", since=MAR, until=MAR)
    assert list(march.items()) == [((MAR, "north"), 0), ((MAR, "south"), 50), ((MAR, None), 1)]


def test_rows_ascend_by_time_then_dimensions_and_hold_each_metric_once(toy: SemanticLayer) -> None:
    result = toy.query(["sales", "stock", "sales"], ["size", "region"], grain="quarter")
    assert result.columns == ("metric_time", "size", "region", "sales", "stock", "is_complete")
    heads = [tuple("~" if value is None else str(value) for value in row[:3]) for row in result.rows]
    assert heads == sorted(heads)


def test_since_and_until_keep_the_periods_they_touch(toy: SemanticLayer) -> None:
    inside = {"since": dt.date(2025, 2, 28), "until": dt.date(2025, 3, 1)}
    assert list(values(toy, "sales", **inside)) == [FEB, MAR]
    assert values(toy, "stock", grain="quarter", until=dt.date(2025, 2, 15)) == {Q1: 10}


def test_numbers_in_records_are_json_and_unrounded(toy: SemanticLayer) -> None:
    first = toy.query(["sales", "online_share"], since=JAN, until=FEB).records()
    assert first[0] == {"metric_time": "2025-01-01", "sales": 120.1, "online_share": 1.0}
    assert first[1] == {"metric_time": "2025-02-01", "sales": 0, "online_share": None}


@pytest.mark.parametrize(
    ("metrics", "how", "said"),
    [
        (["stok"], {}, "unknown metric 'stok'; did you mean stock"),
        ([], {}, "at least one metric"),
        (["stock"], {"grain": "week"}, "stock exists per month; --grain week is finer. Use month, quarter or year"),
        (["sales", "stock"], {"grain": "day"}, "stock exists per month"),
        (["sales"], {"grain": "decade"}, "unknown grain 'decade'"),
        (["stock"], {"by": ["channel"]}, "stock cannot be sliced by 'channel'; dimensions: manager, region, size"),
        (["sales"], {"by": ["site__region"]}, "cannot be sliced by 'site__region'"),
        (
            ["sales", "stock"],
            {"where": "channel = 'web'"},
            "unknown dimension 'channel'; dimensions: manager, region, size",
        ),
        (["sales"], {"since": MAR, "until": JAN}, "is after"),
    ],
)
def test_usage_errors_name_what_is_possible(
    toy: SemanticLayer, metrics: list[str], how: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        toy.query(metrics, **how)


def test_explain_shows_the_statement_and_how_it_is_read(toy: SemanticLayer) -> None:
    (stock,) = toy.explain(["stock"], ["region"], "quarter", where="region = 'north'")
    assert (stock.grain, stock.takes, stock.relations) == ("month", "last", ("main.stock",))
    assert stock.dimensions == {"region": "site__region"}
    assert "site__region = 'north'" in stock.sql
    assert toy.connection.execute(stock.sql).fetchall()
    assert len(toy.explain(["stock", "opening_stock", "sales", "online_share", "score"])) == 3


def test_the_warehouse_is_open_for_reading_only(toy: SemanticLayer) -> None:
    with pytest.raises(Exception, match="read-only"):
        toy.connection.execute("create table x (y int)")
