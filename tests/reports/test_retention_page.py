"""Retention: variants, cohorts, distribution, waterfalls and losses equal their exports and marts."""

from __future__ import annotations

from tests.reports.browser import Site
from tests.reports.test_numbers_on_pages import LAST_MONTH, SEGMENTS
from tests.reports.words import money, percent

VARIANTS = {
    "NRR, as on the board": "nrr",
    "NRR without the reactivated": "nrr_excluding_reactivated",
    "NRR by movements": "nrr_flow",
    "NRR compounded": "nrr_monthly_compounded",
    "NRR over 3 months": "nrr_3m",
    "NRR over 1 month": "nrr_1m",
    "GRR": "grr",
    "GRR, strict": "grr_strict",
}


def test_every_variant_stands_beside_the_others(sample_site: Site) -> None:
    names = ", ".join(VARIANTS.values())
    values = dict(
        zip(
            VARIANTS,
            sample_site.rows(
                f"select {names} from metrics.board_monthly where metric_time = {LAST_MONTH} and slice = 'All'"
            )[0],
            strict=True,
        )
    )
    with sample_site.visit("/retention/") as visit:
        rows = visit.grid("Ways to count retention")
        assert {row[0]: row[1] for row in rows} == {
            label: "–" if value is None else percent(value) for label, value in values.items()
        }
        visit.assert_clean()


def test_cohorts_show_customers_and_arr_kept(sample_site: Site) -> None:
    sql = """
        select signed_quarter, customers, quarters_since_start, arr_retention_share, logo_retention_share
        from marts.cube_cohort_retention where dimension = ? and dimension_value = ? order by 1, 3
    """
    with sample_site.visit("/retention/") as visit:
        for segment, dimension, value in (("All", "total", "all"), ("hybrid", "segment", "hybrid")):
            if segment != "All":
                visit.choose("segment", segment, SEGMENTS[segment])
            expected = sample_site.rows(sql, dimension, value)
            assert len(expected) > 10
            for title, column in (("ARR kept", 3), ("Customers kept", 4)):
                shown = visit.heat_map(title, chosen={"All": "all customers", **SEGMENTS}[segment])
                for row in expected:
                    name, n, age, share = row[0], row[1], row[2], float(row[column])
                    assert shown[name][0] == f"{n:,}"
                    assert shown[name][1 + age] == percent(share).replace(".0%", "%")


def test_accounts_of_the_cohort_are_counted_by_their_own_ratio(sample_site: Site) -> None:
    counts = dict(
        sample_site.rows(
            "select account_nrr_band, nrr_cohort_accounts from metrics.nrr_distribution_monthly "
            f"where metric_time = {LAST_MONTH} and slice = 'All' and account_nrr_band not in ('All', 'none')"
        )
    )
    n = sample_site.value(
        f"select nrr_cohort_accounts from metrics.board_monthly where metric_time = {LAST_MONTH} and slice = 'All'"
    )
    assert sum(counts.values()) == n
    with sample_site.visit("/retention/") as visit:
        for band, count in counts.items():
            assert visit.page.inner_text(f"[data-bar='{band}'] .said b") == f"{count:,}"


def test_each_segment_has_its_waterfall(sample_site: Site) -> None:
    rows = sample_site.rows(
        """
        select segment, opening_arr, churned_arr, arr from metrics.arr_movements_quarterly
        where segment <> 'All' and csm = 'All'
            and metric_time = (select max(metric_time) from metrics.arr_movements_quarterly where is_complete)
        """
    )
    with sample_site.visit("/retention/") as visit:
        for segment, opening, churned, closing in rows:
            figure = visit.page.locator("figure", has_text=f"{SEGMENTS.get(segment, segment)}: from opening")
            assert figure.locator("[data-step=opening_arr] .amount").inner_text() == money(opening)
            assert figure.locator("[data-step=arr] .amount").inner_text() == money(closing)
            lost = figure.locator("[data-step=churned_arr] .amount").inner_text()
            assert lost == (f"−{money(churned)}" if churned else money(0))


def test_losses_name_account_owner_and_reason(sample_site: Site) -> None:
    name, csm, amount = sample_site.rows(
        """
        select a.account_name, h.csm, l.amount from marts.fct_arr_loss as l
        inner join marts.dim_account as a using (account_id)
        inner join marts.dim_account_history as h on l.book_id = h.book_id
        order by l.occurred_on desc, l.amount desc limit 1
        """
    )[0]
    with sample_site.visit("/retention/") as visit:
        first = visit.grid("Losses, newest first")[0]
        assert first[1] == name
        assert first[2] == csm
        assert first[4] == f"${amount:,.0f}"
        link = visit.page.locator("[data-grid^='Losses, newest'] tbody a").first.get_attribute("href")
        assert link is not None
        assert link.startswith("/account/?account=")


def test_the_year_s_churn_by_reason_adds_up_to_the_export(sample_site: Site) -> None:
    year, customers, amount = sample_site.rows(
        "select year(metric_time), churned_customers, churned_arr_by_reason from metrics.churn_reasons_yearly "
        "where slice = 'All' and churn_reason = 'All' and churned_customers > 0 order by metric_time desc limit 1"
    )[0]
    with sample_site.visit("/retention/") as visit:
        rows = [row for row in visit.grid("Losses by reason and year") if row[0].startswith(str(year))]
        (total,) = [row for row in rows if row[1] == "All reasons"]
        assert total[2:4] == [f"{customers:,}", f"${amount:,.0f}"]
        assert sum(int(row[2]) for row in rows if row[1] != "All reasons") == customers
