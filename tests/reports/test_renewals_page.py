"""Renewals and expansion: outcomes, the calendar, the forecast and what it rests on equal exports and marts."""

from __future__ import annotations

from tests.reports.browser import Site
from tests.reports.test_numbers_on_pages import SEGMENTS
from tests.reports.words import percent

LAST_QUARTER = "(select max(metric_time) from metrics.renewals_quarterly where is_complete)"
AHEAD = (
    "(select distinct metric_time from metrics.renewals_calendar_quarterly where not is_complete order by 1 limit 4)"
)


def test_the_rates_follow_the_segment(sample_site: Site) -> None:
    sql = (
        "select renewal_rate, renewal_amount_rate, on_time_renewal_rate, renewals_due from metrics.renewals_quarterly "
        f"where metric_time = {LAST_QUARTER} and slice = ?"
    )
    with sample_site.visit("/renewals/") as visit:
        for segment, shown in {"All": "All customers", **SEGMENTS}.items():
            if segment != "All":
                visit.choose("segment", segment, shown)
            (row,) = sample_site.rows(sql, "All" if segment == "All" else f"segment={segment}")
            rate, by_amount, on_time, n = row
            for metric, value in (
                ("renewal_rate", rate),
                ("renewal_amount_rate", by_amount),
                ("on_time_renewal_rate", on_time),
            ):
                assert (percent(value) if value is not None else "–") in visit.card(metric)
                if value is not None:
                    assert f"n = {n} renewals" in visit.card(metric)
                    assert ("read with care" in visit.card(metric)) == (n < 10)
        visit.assert_clean()


def test_the_calendar_shows_four_quarters_by_health(sample_site: Site) -> None:
    expected = sample_site.rows(
        f"""
        select 'Q' || quarter(metric_time) || ' ' || year(metric_time), health_band, renewals_pending_by_health,
            renewal_pending_arr_by_health, renewal_forecast_arr
        from metrics.renewals_calendar_quarterly where slice = 'All' and metric_time in {AHEAD}
        """
    )
    assert len({row[0] for row in expected}) == 4
    words = {"All": "All", "unknown": "No score", "red": "Red", "amber": "Amber", "green": "Green"}
    with sample_site.visit("/renewals/") as visit:
        shown = {(row[0], row[1]): row[2:5] for row in visit.grid("Forecast by quarter and health")}
        assert shown == {
            (quarter, words[band]): [f"{n:,}", f"${due:,.0f}", "–" if kept is None else f"${kept:,.0f}"]
            for quarter, band, n, due, kept in expected
        }
        columns = visit.page.locator("figure", has_text="ARR due for renewal by health")
        assert [name in columns.inner_text() for name in ("Red", "Amber", "Green")] == [True] * 3


def test_the_forecast_says_what_it_rests_on(sample_site: Site) -> None:
    rates = sample_site.rows(
        "select distinct health_band, past_renewals, past_renewed, expected_rate from marts.fct_renewal_forecast "
        "where basis = 'past_outcomes'"
    )
    assert rates
    with sample_site.visit("/renewals/") as visit:
        shown = {row[0].lower(): row[1:4] for row in visit.grid("What the forecast rests on")}
        for band, past, renewed, rate in rates:
            assert shown[band] == [str(past), str(renewed), percent(float(rate))]


def test_every_pending_renewal_of_the_four_quarters_is_listed(sample_site: Site) -> None:
    count, arr = sample_site.rows(
        f"""
        select count(*), sum(due_arr) from marts.fct_renewal
        where outcome = 'pending' and days_past_due is null and date_trunc('quarter', due_on) in {AHEAD}
        """
    )[0]
    with sample_site.visit("/renewals/") as visit:
        rows = visit.grid("Renewals due, the next first")
        assert len(rows) == count
        shown = sum(int(row[6].replace("$", "").replace(",", "")) for row in rows)
        assert abs(shown - arr) <= count
        assert [row[0] for row in rows] == sorted(row[0] for row in rows)


def test_the_proactive_share_stands_with_what_is_known_of_it(sample_site: Site) -> None:
    share, known = sample_site.rows(
        "select proactive_expansion_share, expansion_attributed_share from metrics.expansion_motion_quarterly "
        "where slice = 'All' and is_complete order by metric_time desc limit 1"
    )[0]
    with sample_site.visit("/renewals/") as visit:
        assert percent(share) in visit.card("proactive_expansion_share")
        assert percent(known) in visit.card("expansion_attributed_share")


def test_without_opportunities_the_motion_is_not_claimed(minimal_site: Site) -> None:
    with minimal_site.visit("/renewals/") as visit:
        assert "Opportunities are not connected" in visit.card("proactive_expansion_share")
        assert "Not connected: opportunities" in visit.text()
        visit.assert_clean()
