"""Cost of conflation: the comparison as exported, and a scenario that the reader moves."""

from __future__ import annotations

from tests.reports.browser import Site
from tests.reports.words import money, points

SCENARIO = "[data-scenario-result]"


def test_each_comparison_shows_difference_books_and_verdict(sample_site: Site) -> None:
    rows = sample_site.rows(
        "select outcome, difference, low, books_a, books_b, verdict from metrics.operating_model_comparison "
        "where comparison = 'separated_against_conflated'"
    )
    with sample_site.visit("/operating-model/") as visit:
        figure = visit.page.locator("figure", has_text="Separated against conflated books")
        for outcome, difference, low, books_a, books_b, verdict in rows:
            said = " ".join(figure.locator(f"[data-interval={outcome}] .facts").inner_text().split())
            assert verdict in said
            assert f"{books_a} books" in said
            assert f"{books_b} books" in said
            if difference is not None:
                assert points(difference) in said
            assert ("interval" in said) == (low is not None)
        silent = sample_site.value(
            "select count(*) = 0 from metrics.operating_model_comparison where verdict <> 'no evidence'"
        )
        assert ("No evidence either way." in visit.text()) == silent
        visit.assert_clean()


def test_the_scenario_starts_from_the_exported_one(sample_site: Site) -> None:
    years = sample_site.rows(
        "select year, arr_at_nrr, arr_at_target_nrr, gained_arr from metrics.scenario order by year"
    )
    with sample_site.visit("/operating-model/") as visit:
        said = visit.page.inner_text(SCENARIO)
        assert money(years[1][3]) in said
        assert money(years[-1][3]) in said
        figure = visit.page.locator("figure", has_text="ARR of today's customers")
        figure.locator("button", has_text="Show numbers").click()
        shown = figure.locator("tbody tr").evaluate_all(
            "rows => rows.map((row) => [...row.cells].map((cell) => cell.innerText))"
        )
        assert len(shown) == len(years)
        for row, (_, at_nrr, at_target, gained) in zip(shown, years, strict=True):
            for cell, value in zip(row[1:4], (at_target, at_nrr, gained), strict=True):
                assert abs(int(cell.replace("$", "").replace(",", "")) - float(value)) <= 1


def test_the_reader_moves_the_inputs(sample_site: Site) -> None:
    """The published case: $50M at 125 % instead of 105 % is $10M more in a year; 8 times that is $80M."""
    with sample_site.visit("/operating-model/") as visit:
        assert "worth" not in visit.page.inner_text(SCENARIO)
        for name, value in (("arr", "50000000"), ("nrr", "105"), ("target", "125")):
            visit.page.fill(f"input[name={name}]", value)
        assert "125% instead of 105% is $10.0M of ARR more" in " ".join(visit.page.inner_text(SCENARIO).split())
        visit.page.fill("input[name=multiple]", "8")
        # (1.25⁵ − 1.05⁵) × $50M × 8 after five years.
        assert f"worth {money((1.25**5 - 1.05**5) * 50e6 * 8)} at 8 times ARR" in " ".join(
            visit.page.inner_text(SCENARIO).split()
        )
        visit.page.click("text=Back to the exported inputs")
        assert visit.page.get_attribute("[data-scenario]", "data-scenario") == "exported"
        visit.assert_clean()


def test_a_company_without_hours_still_has_its_scenario(minimal_site: Site) -> None:
    with minimal_site.visit("/operating-model/") as visit:
        assert "Not connected: time entries, people" in visit.text()
        assert visit.page.locator("form.inputs").count() == 1
        visit.assert_clean()
