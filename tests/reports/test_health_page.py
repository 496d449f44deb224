"""Health and warnings: what is open, in which order, why scores moved and what the back-test says."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from tests.reports.browser import Site
from tests.reports.test_numbers_on_pages import LAST_MONTH, SEGMENTS
from tests.reports.words import money


def test_the_headline_shows_risk_score_and_back_test(sample_site: Site) -> None:
    sql = (
        "select at_risk_arr, at_risk_accounts, health_score, scored_accounts, "
        "health_backtest_auc, health_backtest_renewals "
        f"from metrics.health_monthly where metric_time = {LAST_MONTH} and segment = ? "
        "and slice in ('All', 'segment=' || segment)"
    )
    with sample_site.visit("/health/") as visit:
        for segment, shown in {"All": "All customers", **SEGMENTS}.items():
            if segment != "All":
                visit.choose("segment", segment, shown)
            at_risk, red, score, scored, auc, n = sample_site.rows(sql, segment)[0]
            assert money(at_risk) in visit.card("at_risk_arr")
            assert f"n = {red} red accounts" in visit.card("at_risk_arr")
            assert f"{score:.1f}" in visit.card("health_score")
            assert f"n = {scored} accounts" in visit.card("health_score")
            if auc is None:
                assert "–" in visit.card("health_backtest_auc")
            else:
                assert f"{round(auc, 2):g}" in visit.card("health_backtest_auc")
                assert f"n = {n} renewals" in visit.card("health_backtest_auc")
        visit.assert_clean()


def test_open_warnings_come_by_the_arr_at_stake(sample_site: Site) -> None:
    rows = sample_site.rows(
        "select arr_at_risk, days_open, owner from marts.fct_warning "
        "where is_open order by arr_at_risk desc, days_open desc"
    )
    with sample_site.visit("/health/") as visit:
        shown = visit.grid("Open warnings by ARR at risk")
        assert len(shown) == len(rows)
        assert [row[3] for row in shown] == [f"${arr.quantize(Decimal(1), ROUND_HALF_UP):,}" for arr, _, _ in rows]
        assert shown[0][4] == rows[0][2]
        assert shown[0][5] == str(rows[0][1])
        assert all(row[7] for row in shown)


def test_warnings_are_filtered_by_kind_and_severity(sample_site: Site) -> None:
    label, count = sample_site.rows(
        "select label, count(*) from marts.fct_warning "
        "where is_open and severity = 'high' group by 1 order by 2 desc limit 1"
    )[0]
    with sample_site.visit("/health/") as visit:
        visit.page.select_option("[data-filter=severity]", "high")
        visit.page.select_option("[data-filter=warning]", label)
        visit.page.wait_for_function(
            """label => {
                const grid = document.querySelector("[data-grid^='Open warnings']");
                const rows = [...grid.querySelectorAll('tbody tr')];
                return grid.getAttribute('aria-busy') === 'false' && rows.length
                    && rows.every((row) => row.cells[1].innerText === label && row.cells[2].innerText === 'High');
            }""",
            arg=label,
        )
        assert len(visit.grid("Open warnings by ARR at risk")) == count


def test_a_score_s_fall_is_taken_apart_into_its_signals(sample_site: Site) -> None:
    parts: dict[str, float] = defaultdict(float)
    changes = {}
    for name, change, part in sample_site.rows(
        """
        select a.account_name, s.health_score_change, c.contribution_change
        from marts.fct_health_score as s
        inner join marts.fct_health_contribution as c using (health_score_id)
        inner join marts.dim_account as a on s.account_id = a.account_id
        where s.month_end = (select last_closed_month_end from metrics.build) and s.health_score_change < 0
        """
    ):
        parts[name] += float(part or 0)
        changes[name] = float(change)
    with sample_site.visit("/health/") as visit:
        shown = visit.grid("Largest falls of the score")
        assert len(shown) == min(40, len(changes))
        assert float(shown[0][5].replace("−", "-")) == round(min(changes.values()), 1)
        for row in shown:
            signals = sum(float(cell.replace("−", "-")) for cell in row[6:] if cell != "–")
            assert abs(signals - float(row[5].replace("−", "-"))) < 0.5
            assert abs(parts[row[0]] - changes[row[0]]) < 1e-6


def test_bands_over_time_are_in_the_chart_s_numbers(sample_site: Site) -> None:
    red, amber, green = sample_site.rows(
        "select at_risk_accounts, watched_accounts, healthy_accounts from metrics.health_monthly "
        f"where metric_time = {LAST_MONTH} and slice = 'All'"
    )[0]
    with sample_site.visit("/health/") as visit:
        figure = visit.page.locator("figure", has_text="Accounts by health")
        figure.locator("button", has_text="Show numbers").click()
        last = figure.locator("tbody tr").last.inner_text().split("\t")
        assert last[1:4] == [str(red), str(amber), str(green)]


def test_without_signals_there_is_no_score_to_show(minimal_site: Site) -> None:
    with minimal_site.visit("/health/") as visit:
        assert "Not connected: usage events" in visit.text()
        assert visit.page.locator(".kpis").count() == 0
        visit.assert_clean()
