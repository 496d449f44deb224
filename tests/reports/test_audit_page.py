"""The audit page: what was restated, by how much, and why; what was published."""

from __future__ import annotations

from tests.reports.browser import Site


def rows_of(visit: object, grid: str) -> list[list[str]]:
    """Cells of a table's rows."""
    return visit.page.eval_on_selector_all(  # type: ignore[attr-defined, no-any-return]
        f"[data-grid='{grid}'] tbody tr", "rows => rows.map((row) => [...row.cells].map((cell) => cell.innerText))"
    )


def test_a_restated_number_is_shown_with_its_causes_and_their_parts(restated_site: Site) -> None:
    restated = restated_site.value("select count(*) from audit.restatement")
    assert restated > 0
    with restated_site.visit("/audit/") as visit:
        assert visit.page.locator(f"[data-restatements='{restated}']").count() == 1
        visit.page.fill("[aria-label='Search Whole company']", "Mar 2025")
        (arr,) = [row for row in rows_of(visit, "Whole company") if row[1] == "ARR"]
        assert arr[2:6] == ["Mar 2025", "$366,000", "$389,000", "+$23,000"]
        assert arr[6] == "exchange rates, rows that changed, rows that came late"
        visit.page.fill("[aria-label='Search How far each cause moved a total']", "2025-03-01")
        parts = {row[3]: row[6] for row in rows_of(visit, "How far each cause moved a total") if row[1] == "ARR"}
        assert parts == {
            "rows that came late": "+$5,000",
            "rows that changed": "+$11,000",
            "exchange rates": "+$7,000",
        }
        assert ["rows that came late", "canonical.subscriptions", "1"] in [
            row[1:] for row in rows_of(visit, "What changed")
        ]
        assert len(rows_of(visit, "Builds, newest first")) == 2
        visit.assert_clean()


def test_a_company_without_restatements_says_so(sample_site: Site) -> None:
    with sample_site.visit("/audit/") as visit:
        assert "No published number of a closed period has changed." in visit.text()
        (build,) = rows_of(visit, "Builds, newest first")
        assert build[1] == sample_site.value("select build_id from metrics.build")
