"""From a headline number of the board to the rows it was made from, in two clicks."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.reports.browser import PATIENCE, Site
from tests.reports.words import percent


@pytest.mark.parametrize("metric", ["nrr", "at_risk_arr"])
def test_the_board_leads_to_the_rows_of_exactly_its_number(sample_site: Site, metric: str) -> None:
    value, facts, listed, raw = sample_site.rows(
        "select value, fact_rows, listed_rows, raw_rows from audit.headline where metric = ?", metric
    )[0]
    with sample_site.visit("/") as visit:
        card = visit.page.locator(f"[data-kpi={metric}]")
        shown = card.locator(".value").inner_text()
        card.locator("summary").click()
        card.get_by_role("link", name="Its fact rows and source rows").click()
        heading = visit.page.locator("[data-number]")
        expect(heading).to_have_attribute("data-number", metric, timeout=PATIENCE)
        assert heading.get_attribute("data-reconciles") == "true"
        if metric == "nrr":
            assert shown == percent(value)
            assert shown in heading.inner_text()
        else:
            assert f"${value:,.0f}" in heading.inner_text()
        assert "recomputed from the raw rows alone" in visit.text()
        for title in ("What it is made of", "The raw rows behind it"):
            expect(visit.page.locator(f"[data-grid='{title}'] tbody tr").first).to_be_visible(timeout=PATIENCE)
        made_of, behind = visit.grid("What it is made of"), visit.grid("The raw rows behind it")
        assert len(made_of) == facts
        assert len(behind) == listed
        assert (f"{raw:,} rows are behind the number" in visit.text()) == (listed < raw)
        file, row, digest = sample_site.rows(
            "select file, row_from, row_hash from audit.headline_source where metric = ? and row_count = 1 "
            "order by all limit 1",
            metric,
        )[0]
        assert [file, f"{row:,}", digest[:16]] in [[cells[2], cells[3], cells[6]] for cells in behind]
        visit.assert_clean()


def test_every_headline_number_is_listed_with_what_its_rows_make(sample_site: Site) -> None:
    count = sample_site.value("select count(*) from audit.headline")
    with sample_site.visit("/") as visit:
        cards = visit.page.locator("[data-kpi]").count()
    with sample_site.visit("/trace/") as visit:
        rows = visit.grid("Headline numbers, whole company")
        assert len(rows) == count == cards
        assert all(published == again and agree == "yes" for _, _, published, again, agree, *_ in rows)


def test_a_slice_is_traced_by_its_command_alone(sample_site: Site) -> None:
    with sample_site.visit("/?segment=hybrid") as visit:
        card = visit.page.locator("[data-kpi=nrr]")
        expect(card.locator("code")).to_contain_text("--where segment=hybrid", timeout=PATIENCE)
        assert card.get_by_role("link", name="Its fact rows").count() == 0
