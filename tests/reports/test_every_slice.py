"""Pages by a team, region, product or operating model: headline and list equal exports and marts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.reports.browser import PATIENCE, Site, Visit
from tests.reports.words import money, percent

LABELS = {"team": "Team", "region": "Region", "product": "Product", "operating_model": "Operating model"}
ANCHOR = """
    inner join marts.dim_account_history as book on fact.book_id = book.book_id
    inner join marts.dim_account_journey as journey on fact.journey_id = journey.journey_id
"""
TODAY = """
    inner join marts.dim_account_history as book on fact.account_id = book.account_id
        and (select as_of from metrics.build) between book.valid_from and book.valid_to
    inner join marts.dim_account_journey as journey on fact.account_id = journey.account_id
        and (select as_of from metrics.build) between journey.valid_from and journey.valid_to
"""
LAST_MONTH_END = "(select last_closed_month_end from metrics.build)"
LAST_MONTH = f"metric_time = date_trunc('month', {LAST_MONTH_END})"
CALENDAR = "select distinct metric_time from metrics.renewals_calendar_quarterly"
AHEAD = f"({CALENDAR} where not is_complete order by 1 limit 4)"


@dataclass(frozen=True)
class Case:
    """A page by one dimension: the headline `metric` of the rows `of` an export, and the list `grid` of `rows`."""

    path: str
    dimension: str
    metric: str
    of: str
    grid: str
    rows: str

    def counts(self, site: Site) -> dict[str, int]:
        """Rows of the list by value of the dimension, from the marts alone."""
        table = "journey" if self.dimension == "operating_model" else "book"
        return dict(site.rows(f"select {table}.{self.dimension}, count(*) from {self.rows} group by 1"))

    def headline(self, site: Site, value: str) -> str:
        """The number as the card should say it, a dash without a row or a value."""
        found = site.rows(
            f"select {self.metric} from {self.of} and slice = ? order by metric_time desc limit 1",
            f"{self.dimension}={value}",
        )
        return said(self.metric, found[0][0] if found else None)


def said(metric: str, value: Any) -> str:
    """How a headline reads."""
    if value is None:
        return "–"
    return money(value) if metric.endswith("arr") else f"{value:,}" if "onboardings" in metric else percent(value)


CASES = [
    Case(
        *("/retention/", "region", "nrr", f"metrics.board_monthly where {LAST_MONTH}"),
        *("Losses, newest first", f"marts.fct_arr_loss as fact {ANCHOR}"),
    ),
    Case(
        *("/retention/", "operating_model", "nrr", f"metrics.board_monthly where {LAST_MONTH}"),
        "Accounts of the cohort",
        f"marts.fct_arr_window as fact {ANCHOR} "
        f"where fact.window_months = 12 and fact.is_base and fact.month_end = {LAST_MONTH_END}",
    ),
    Case(
        *("/renewals/", "product", "renewal_rate", "metrics.renewals_quarterly where is_complete"),
        "Renewals due, the next first",
        f"marts.fct_renewal as fact {ANCHOR} where fact.outcome = 'pending' and fact.days_past_due is null "
        f"and date_trunc('quarter', fact.due_on) in {AHEAD}",
    ),
    Case(
        "/handoffs/",
        "operating_model",
        "handoff_completeness",
        "metrics.handoffs_quarterly where kind = 'All' and is_complete",
        *("Due and without a record", f"marts.fct_handoff as fact {ANCHOR} where fact.is_missing"),
    ),
    Case(
        *("/health/", "team", "at_risk_arr", f"metrics.health_monthly where {LAST_MONTH}"),
        *("Open warnings by ARR at risk", f"marts.fct_warning as fact {TODAY} where fact.is_open"),
    ),
    Case(
        *("/time-to-value/", "region", "open_onboardings", f"metrics.onboarding_monthly where {LAST_MONTH}"),
        "Onboardings to look at",
        f"marts.fct_warning as fact {TODAY} where fact.is_open and fact.subject_type = 'onboarding' "
        "and fact.kind in ('stall', 'ttfv_off_pace', 'ttfv_beyond_target', 'live_no_value_30d')",
    ),
]


def choose(visit: Visit, dimension: str, value: str) -> None:
    """Use the filter of one slice, and wait until the headline holds it."""
    visit.page.select_option("[data-filter=other]", f"{dimension}={value}")
    visit.page.wait_for_selector(f'.kpis[data-slice^="{LABELS[dimension]} "][aria-busy=false]', timeout=PATIENCE)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.path.strip('/')} by {case.dimension}")
def test_headline_and_list_hold_the_slice(sample_site: Site, case: Case) -> None:
    counts = case.counts(sample_site)
    value, count = min(counts.items(), key=lambda item: (item[1], item[0]))
    with sample_site.visit(case.path) as visit:
        assert len(visit.grid(case.grid)) == sum(counts.values()) > count
        choose(visit, case.dimension, value)
        assert case.headline(sample_site, value) in visit.card(case.metric)
        visit.page.wait_for_selector(f'[data-grid^="{case.grid}"][aria-busy=false]', timeout=PATIENCE)
        assert len(visit.grid(case.grid)) == count
        visit.assert_clean()


def test_a_slice_in_the_address_is_applied_and_carried(sample_site: Site) -> None:
    renewals = next(case for case in CASES if case.path == "/renewals/")
    (region,) = sample_site.rows("select min(region) from metrics.renewals_quarterly where region <> 'All'")[0]
    (expected,) = sample_site.rows(
        f"select renewal_rate from {renewals.of} and slice = ? order by metric_time desc limit 1", f"region={region}"
    )[0]
    with sample_site.visit(f"/retention/?region={region}") as visit:
        visit.page.wait_for_selector(f'.kpis[data-slice="Region {region}"][aria-busy=false]')
        visit.page.click("nav a[href*='/renewals']")
        visit.page.wait_for_url(f"**/renewals/**region={region.replace(' ', '+')}**")
        visit.page.wait_for_selector(f'.kpis[data-slice="Region {region}"][aria-busy=false]')
        assert said("renewal_rate", expected) in visit.card("renewal_rate")
        visit.assert_clean()
