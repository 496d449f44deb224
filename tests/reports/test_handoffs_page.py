"""Handoffs: completeness, timeliness, givers and what completeness is associated with equal exports and marts."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.reports.browser import PATIENCE, Site
from tests.reports.words import days, percent

LAST_QUARTER = "(select max(metric_time) from metrics.handoffs_quarterly where is_complete)"


def test_the_headline_shows_the_last_complete_quarter(sample_site: Site) -> None:
    complete, on_time, missing, n, due, off = sample_site.rows(
        f"""
        select handoff_completeness, handoff_on_time_rate, missing_handoffs, handoffs, handoffs_due,
            median_handoff_days_from_due
        from metrics.handoffs_quarterly
        where metric_time = {LAST_QUARTER} and kind = 'All' and slice = 'All'
        """
    )[0]
    with sample_site.visit("/handoffs/") as visit:
        assert percent(complete) in visit.card("handoff_completeness")
        assert f"n = {n} handoffs" in visit.card("handoff_completeness")
        assert percent(on_time) in visit.card("handoff_on_time_rate")
        assert f"n = {due} handoffs due" in visit.card("handoff_on_time_rate")
        assert f" {missing} " in visit.card("missing_handoffs")
        assert days(off) in visit.card("median_handoff_days_from_due")
        visit.assert_clean()


def test_fields_follow_the_kind_of_handoff(sample_site: Site) -> None:
    sql = f"""
        select handoff_field, handoff_field_completeness, handoff_field_slots from metrics.handoff_fields_quarterly
        where metric_time = {LAST_QUARTER} and kind = ? and slice = 'All' and handoff_field not in ('All', 'none')
            and handoff_field_slots > 0
    """
    rows = sample_site.rows(sql, "sales_to_onboarding")
    assert len(rows) > 5
    with sample_site.visit("/handoffs/") as visit:
        visit.page.select_option("[data-filter=kind]", "sales_to_onboarding")
        visit.page.wait_for_selector("text=Fields filled, Sales to onboarding")
        figure = visit.page.locator("figure[aria-busy=false]", has_text="Fields filled, Sales to onboarding")
        figure.wait_for()
        for field, share, n in rows:
            # The title follows the choice at once, the bars when the answer is there.
            said = figure.locator(f"[data-bar='{field}'] .said")
            expect(said).to_contain_text(percent(share), timeout=PATIENCE)
            expect(said).to_contain_text(f"n = {n}", timeout=PATIENCE)


def test_sellers_are_ranked_only_with_enough_handoffs(sample_site: Site) -> None:
    rows = sample_site.rows(
        """
        select from_person, handoff_completeness, handoffs from metrics.handoffs_by_giver_yearly
        where kind = 'sales_to_onboarding' and from_person not in ('All', 'none') and handoffs > 0 and metric_time = (
            select max(metric_time) from metrics.handoffs_by_giver_yearly
            where kind = 'sales_to_onboarding' and handoffs > 0
        )
        """
    )
    with sample_site.visit("/handoffs/") as visit:
        figure = visit.page.locator("figure", has_text="Sales to onboarding, by seller")
        shown = figure.locator("[data-bar]").evaluate_all("all => all.map((row) => row.dataset.bar)")
        enough = sorted((row for row in rows if row[2] >= 10), key=lambda row: -row[1])
        few = sorted(row[0] for row in rows if row[2] < 10)
        assert enough
        assert shown == [name for name, _, _ in enough] + few
        assert ("not ranked" in figure.inner_text()) == bool(few)
        for name, share, n in rows:
            said = figure.locator(f'[data-bar="{name}"] .said').inner_text()
            assert percent(share) in said
            assert f"n = {n}" in said


def test_small_bands_are_not_compared(sample_site: Site) -> None:
    rows = sample_site.rows("select is_small_slice, accounts from marts.cube_handoff_association")
    with sample_site.visit("/handoffs/") as visit:
        shown = visit.grid("Time to value and retention associated")
        assert len(shown) == len(rows)
        assert sum(row[6] == "few" for row in shown) == sum(small for small, _ in rows)
        assert all(row[6] == "few" for row in shown if int(row[3]) < 10)
        assert "Associated with" in visit.text()
        assert "not caused by" in visit.text()


def test_handoffs_that_never_came_are_listed_with_who_waits(sample_site: Site) -> None:
    count = sample_site.value("select count(*) from marts.fct_handoff where is_missing")
    with sample_site.visit("/handoffs/") as visit:
        rows = visit.grid("Due and without a record")
        assert len(rows) == count
        assert all(row[3] for row in rows)


def test_without_handoffs_the_page_says_so(minimal_site: Site) -> None:
    with minimal_site.visit("/handoffs/") as visit:
        assert "Not connected: handoffs" in visit.text()
        assert visit.page.locator(".kpis").count() == 0
        visit.assert_clean()
