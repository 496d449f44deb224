"""What a reader sees equals the exported tables, before and after each filter; each number leads to its definition."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from tests.reports.browser import Site
from tests.reports.words import days, money, percent, points

SEGMENTS = {"high_touch": "High touch", "hybrid": "Hybrid", "tech_touch": "Tech touch"}
LAST_MONTH = "(select date_trunc('month', last_closed_month_end) from metrics.build)"
BOARD = f"""
    select nrr, nrr_change_12m, grr, arr, nrr_cohort_accounts
    from metrics.board_monthly
    where metric_time = {LAST_MONTH} and segment = ? and csm = ? and team = 'All' and region = 'All' and product = 'All'
        and operating_model = 'All'
"""
NOBODY = "so there is nothing to retain"


def board_row(site: Site, segment: str = "All", csm: str = "All") -> tuple[Any, ...]:
    rows = site.rows(BOARD, segment, csm)
    return rows[0] if rows else (None,) * 5


def assert_board_cards(site: Site, visit: Any, segment: str = "All", csm: str = "All") -> None:
    nrr, change, grr, arr, n = board_row(site, segment, csm)
    card = visit.card("nrr")
    if nrr is None:
        assert "– No account" in card
        assert NOBODY in card
    else:
        assert percent(nrr) in card
        assert f"n = {n:,} accounts" in card
        assert ("read with care" in card) == (n < 10)
        assert (points(change) in card) if change is not None else ("from" not in card)
    assert (percent(grr) if grr is not None else "–") in visit.card("grr")
    assert (money(arr) if arr is not None else "–") in visit.card("arr")


def test_the_board_shows_the_last_closed_month(sample_site: Site) -> None:
    with sample_site.visit("/") as visit:
        assert_board_cards(sample_site, visit)
        closed = sample_site.value("select strftime(last_closed_month_end, '%-d %b %Y') from metrics.build")
        assert f"12 months to {closed}" in visit.card("nrr")
        nrr = board_row(sample_site)[0]
        finding = visit.page.inner_text("[data-finding='Net revenue retention']")
        assert percent(nrr) in finding
        assert closed in finding


def test_the_board_shows_every_headline_with_its_trend_and_its_trace(sample_site: Site) -> None:
    month = "metric_time = date_trunc('month', last_closed_month_end) and slice = 'All'"
    quarter = "slice = 'All' and is_complete order by metric_time desc limit 1"
    churn = sample_site.value(f"select logo_churn_rate from metrics.board_monthly, metrics.build where {month}")
    risk = sample_site.value(f"select at_risk_arr from metrics.health_monthly, metrics.build where {month}")
    motion = f"select proactive_expansion_share from metrics.expansion_motion_quarterly where {quarter}"
    share = sample_site.value(motion)
    closed = sample_site.value("select strftime(last_closed_month_end, '%Y-%m-01') from metrics.build")
    with sample_site.visit("/") as visit:
        assert percent(churn) in visit.card("logo_churn_rate")
        assert money(risk) in visit.card("at_risk_arr")
        assert percent(share) in visit.card("proactive_expansion_share")
        cards = visit.page.locator("[data-kpi]")
        assert cards.count() == 8
        for card in cards.all():
            assert card.locator("svg[role=img]").count() == 1
            assert card.locator("[data-trace] code").count() == 1
        visit.choose("segment", "hybrid", "Hybrid")
        command = visit.page.text_content("[data-trace=nrr] code")
        assert command == f"postsale trace nrr --at {closed} --where segment=hybrid"


def test_the_board_prints_to_paper(sample_site: Site, tmp_path: Path) -> None:
    nrr, _, grr, arr, _ = board_row(sample_site)
    with sample_site.visit("/") as visit:
        for size in ("A4", "Letter"):
            visit.page.pdf(path=tmp_path / f"{size}.pdf", format=size, print_background=True)
            pages = [" ".join(page.extract_text().split()) for page in PdfReader(tmp_path / f"{size}.pdf").pages]
            assert len(pages) == 2, size
            for figure in (percent(nrr), percent(grr), money(arr)):
                assert figure in pages[0], (size, figure)
            assert "ARR movements" in " ".join(pages)
            assert "Show numbers" not in " ".join(pages)


OTHER = {"team": "Team", "region": "Region", "product": "Product", "operating_model": "Operating model"}


def test_every_other_slice_shows_its_own_numbers(sample_site: Site) -> None:
    month = f"metric_time = {LAST_MONTH}"
    with sample_site.visit("/") as visit:
        for dimension, label in OTHER.items():
            rows = sample_site.rows(
                f"select {dimension}, slice, nrr, arr from metrics.board_monthly "
                f"where {month} and {dimension} <> 'All' and slice = '{dimension}=' || {dimension} order by 1"
            )
            assert rows, dimension
            for value, slice_, nrr, arr in rows:
                visit.page.select_option("[data-filter=other]", slice_)
                visit.page.wait_for_selector(f'.kpis[data-slice^="{label} "][aria-busy=false]')
                visit.page.wait_for_function(
                    "text => document.querySelector('[data-kpi=arr]').innerText.includes(text)", arg=money(arr)
                )
                assert (percent(nrr) if nrr is not None else "–") in visit.card("nrr"), value
                assert f"{dimension}=" in visit.page.url
        visit.choose("segment", "hybrid", "Hybrid")
        assert visit.page.input_value("[data-filter=other]") == "All"
        assert "segment=hybrid" in visit.page.url
        assert "operating_model=" not in visit.page.url
        visit.assert_clean()


def test_a_slice_in_the_address_follows_to_the_next_page(sample_site: Site) -> None:
    region = sample_site.rows("select region from metrics.board_monthly where region <> 'All' order by 1 limit 1")[0][0]
    with sample_site.visit(f"/?region={region}") as visit:
        visit.page.wait_for_selector(f'.kpis[data-slice="Region {region}"][aria-busy=false]')
        visit.page.click("nav a[href*='/time-to-value']")
        visit.page.wait_for_selector("h1:has-text('Time to value')")
        visit.page.wait_for_selector(f'.kpis[data-slice="Region {region}"]')
        assert f"region={region.replace(' ', '+')}" in visit.page.url


def test_every_segment_shows_its_own_numbers(sample_site: Site) -> None:
    with sample_site.visit("/") as visit:
        for segment, shown in SEGMENTS.items():
            visit.choose("segment", segment, shown)
            assert_board_cards(sample_site, visit, segment)
        visit.choose("segment", "All", "All customers")
        assert_board_cards(sample_site, visit)
        visit.assert_clean()


def test_every_csm_shows_their_own_numbers(sample_site: Site) -> None:
    names = [name for (name,) in sample_site.rows("select distinct csm from metrics.board_monthly where csm <> 'All'")]
    assert len(names) > 3
    with sample_site.visit("/") as visit:
        options = visit.page.eval_on_selector_all("[data-filter=csm] option", "all => all.map((o) => o.value)")
        assert sorted(options) == sorted(["All", *names])
        for name in names:
            visit.choose("csm", name, "Unassigned" if name == "unassigned" else name)
            assert_board_cards(sample_site, visit, csm=name)
        visit.assert_clean()


def test_both_filters_together_and_the_address_keeps_them(sample_site: Site) -> None:
    (csm,) = sample_site.rows(
        f"select csm from metrics.board_monthly where metric_time = {LAST_MONTH} and segment = 'hybrid' "
        "and csm not in ('All', 'unassigned') and nrr is not null order by csm limit 1"
    )[0]
    with sample_site.visit("/") as visit:
        visit.choose("segment", "hybrid", "Hybrid")
        visit.choose("csm", csm, f"Hybrid, {csm}")
        assert_board_cards(sample_site, visit, "hybrid", csm)
        address = visit.page.url
        assert "segment=hybrid" in address
        visit.page.goto(address)
        visit.page.wait_for_selector(f'.kpis[data-slice="Hybrid, {csm}"][aria-busy=false]')
        assert_board_cards(sample_site, visit, "hybrid", csm)
        visit.page.click("nav >> text=Time to value")
        visit.page.wait_for_url("**/time-to-value/**segment=hybrid**")
        visit.page.wait_for_selector(f'.kpis[data-slice="Hybrid, {csm}"][aria-busy=false]')
        visit.assert_clean()


def test_the_waterfall_shows_the_last_complete_quarter(sample_site: Site) -> None:
    sql = """
        select opening_arr, new_arr, expansion_arr, contraction_arr, churned_arr, arr
        from metrics.arr_movements_quarterly
        where slice = 'All' and is_complete order by metric_time desc limit 1
    """
    opening, new, expansion, contraction, churned, closing = sample_site.rows(sql)[0]
    with sample_site.visit("/") as visit:

        def step(name: str) -> str:
            return visit.page.inner_text(f"[data-step={name}] .amount")

        assert step("opening_arr") == money(opening)
        assert step("arr") == money(closing)
        assert step("new_arr") == f"+{money(new)}"
        assert step("expansion_arr") == f"+{money(expansion)}"
        assert step("contraction_arr") == f"−{money(contraction)}"
        assert step("churned_arr") == f"−{money(churned)}"


def test_time_to_first_value_stands_against_each_segments_target(sample_site: Site) -> None:
    sql = """
        select t.segment, t.median_days_to_first_value, t.first_value_on_target_rate, s.target_days
        from metrics.time_to_value_quarterly as t inner join marts.dim_segment as s using (segment)
        where t.csm = 'All' and t.metric_time = (
            select max(metric_time) from metrics.time_to_value_quarterly where is_complete
        )
    """
    rows = sample_site.rows(sql)
    assert rows
    with sample_site.visit("/") as visit:
        for segment, median, rate, target in rows:
            shown = visit.page.inner_text(f"[data-segment={segment}] .facts")
            assert (days(median) if median is not None else "no median") in shown
            assert f"target {days(target)}" in shown
            assert (percent(rate) if rate is not None else "none due") in shown
        assert ("Default targets." in visit.text()) == sample_site.value(
            "select segments_are_default from metrics.build"
        )


def test_the_csms_share_of_time_equals_the_export(sample_site: Site) -> None:
    sql = f"""
        select csm_implementation_share, csm_implementation_share_change_12m, implementation_share
        from metrics.time_allocation_monthly where metric_time = {LAST_MONTH} and slice = 'All'
    """
    share, change, everybody = sample_site.rows(sql)[0]
    with sample_site.visit("/time-allocation/") as visit:
        assert percent(share) in visit.card("csm_implementation_share")
        assert points(change) in visit.card("csm_implementation_share")
        assert percent(everybody) in visit.card("implementation_share")
    with sample_site.visit("/") as visit:
        assert percent(share) in visit.card("csm_implementation_share")


def test_time_by_team_and_by_person_equals_the_export(sample_site: Site) -> None:
    quarter = "(select max(metric_time) from metrics.time_allocation_by_person_quarterly where is_complete)"
    person, team, share = sample_site.rows(
        "select person, team, implementation_share from metrics.time_allocation_by_person_quarterly "
        f"where metric_time = {quarter} and implementation_share is not null "
        "and person <> 'All' and team <> 'All' and function <> 'All' order by person limit 1"
    )[0]
    with sample_site.visit("/time-allocation/") as visit:
        table = visit.page.locator("[data-grid^='People'] tbody")
        assert percent(share) in table.locator("tr", has_text=person).first.inner_text()
        visit.page.select_option("[data-filter=person_team]", team)
        visit.page.wait_for_function(
            "team => { const rows = [...document.querySelectorAll(\"[data-grid^='People'] tbody tr\")];"
            " return rows.length > 0 && rows.every((row) => row.cells[1].innerText === team); }",
            arg=team,
        )
        visit.page.select_option("[data-filter=person]", person)
        visit.page.wait_for_selector(f"text=Hours by kind of work, {person}")
        visit.assert_clean()


def test_time_to_value_follows_its_filter(sample_site: Site) -> None:
    sql = """
        select median_days_to_first_value, km_median_days_to_first_value, first_value_arrivals
        from metrics.time_to_value_quarterly
        where segment = ? and slice in ('All', 'segment=' || segment) and is_complete order by metric_time desc limit 1
    """
    with sample_site.visit("/time-to-value/") as visit:
        for segment, shown in {"All": "All customers", **SEGMENTS}.items():
            if segment != "All":
                visit.choose("segment", segment, shown)
            median, km, n = sample_site.rows(sql, segment)[0]
            card = visit.card("median_days_to_first_value")
            assert (days(median) if median is not None else "–") in card
            if median is not None:
                assert f"n = {n} onboardings" in card
            assert (days(km) if km is not None else "–") in visit.card("km_median_days_to_first_value")
        visit.assert_clean()


def test_each_number_leads_to_its_definition(sample_site: Site) -> None:
    with sample_site.visit("/") as visit:
        cards = visit.page.eval_on_selector_all("[data-kpi]", "all => all.map((c) => c.dataset.kpi)")
        links = visit.page.eval_on_selector_all(
            "main a[href*='/definitions/#']", "all => all.map((a) => a.hash.slice(1))"
        )
        assert set(cards) <= set(links)
        visit.page.click("[data-kpi=nrr] h3 a")
        visit.page.wait_for_selector("section#nrr")
        defined = visit.page.eval_on_selector_all("[data-definition]", "all => all.map((d) => d.id)")
        assert set(links) <= set(defined)
        formula, denominator = sample_site.rows(
            "select formula, denominator from metrics.catalogue where metric = 'nrr'"
        )[0]
        shown = " ".join(visit.page.inner_text("section#nrr").split())
        assert " ".join(formula.split()) in shown
        assert " ".join(denominator.split()) in shown
        assert sorted(defined) == sorted(m for (m,) in sample_site.rows("select metric from metrics.catalogue"))


def test_data_status_lists_what_was_refused(sample_site: Site) -> None:
    refused = sample_site.rows("select object, reason, count(*) from audit.quarantine group by all")
    with sample_site.visit("/data-status/") as visit:
        more = visit.page.locator("[data-grid^='Quarantine'] footer button", has_text="Show all")
        if more.count():
            more.click()
        grid = visit.page.locator("[data-grid^='Quarantine'] tbody tr")
        assert grid.count() == sum(count for _, _, count in refused)
        shown = visit.page.inner_text("[data-grid^='Quarantine']")
        for _, reason, _ in refused:
            assert reason in shown


def test_a_search_that_finds_nothing_says_so(sample_site: Site) -> None:
    with sample_site.visit("/definitions/") as visit:
        visit.page.fill("input[type=search]", "no metric has this name")
        assert "No metric matches" in visit.text()


@pytest.mark.parametrize("path", ["/", "/retention/", "/renewals/", "/time-to-value/", "/time-allocation/"])
def test_an_empty_slice_explains_itself(fixture_site: Site, path: str) -> None:
    """High touch is Dana's alone: with Eli chosen there is no such customer."""
    assert board_row(fixture_site, "high_touch", "Eli Okafor")[0] is None
    with fixture_site.visit(path) as visit:
        visit.choose("segment", "high_touch", "High touch")
        visit.page.select_option("[data-filter=csm]", "Eli Okafor")
        visit.page.wait_for_selector('.kpis[data-slice="High touch, Eli Okafor"][aria-busy=false]')
        said = " ".join(visit.page.inner_text(".kpis").split())
        assert "undefined" not in said
        assert "this selection" in said
        visit.assert_clean()


def test_a_small_company_is_shown_with_its_n_and_a_caution(fixture_site: Site) -> None:
    with fixture_site.visit("/") as visit:
        assert_board_cards(fixture_site, visit)
        assert "Fewer than 10: read with care." in visit.card("nrr")
        assert "read with care" in visit.page.inner_text("[data-finding='Net revenue retention']")


def test_a_minimal_company_names_what_is_not_connected(minimal_site: Site) -> None:
    with minimal_site.visit("/") as visit:
        assert_board_cards(minimal_site, visit)
        assert "Onboardings are not connected." in visit.card("median_days_to_first_value")
        assert "Time entries are not connected." in visit.card("csm_implementation_share")
        text = visit.text()
        assert "Not connected: onboardings, milestones" in text
        assert "Not connected: time entries, people" in text
        assert "shows the share of the CSMs' hours" in text
        visit.assert_clean()
    for path, needed in (("/time-to-value/", "onboardings, milestones"), ("/time-allocation/", "time entries")):
        with minimal_site.visit(path) as visit:
            assert f"Not connected: {needed}" in visit.text()
            assert visit.page.locator(".kpis").count() == 0
    with minimal_site.visit("/data-status/") as visit:
        assert "time entries" in visit.page.inner_text("ul.markdown")
    with minimal_site.visit("/definitions/") as visit:
        assert "No value: not connected" in visit.page.inner_text("section#csm_implementation_share")
