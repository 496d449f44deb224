"""Every page of every company, wide and narrow, light and dark: whole, quiet, and from this machine alone."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from benchmarks import page_speed
from tests.reports.browser import Site

PAGES = [
    *("/", "/retention/", "/renewals/", "/time-to-value/", "/handoffs/", "/time-allocation/", "/health/"),
    *("/operating-model/", "/account/", "/definitions/", "/audit/", "/trace/", "/data-status/"),
]
# What leaks out of a page that shows a missing value, a broken template or a raw query error.
BROKEN = re.compile(r"\b(?:undefined|NaN|null|Infinity|\[object|Invalid Date|Catalog Error|Binder Error)\b|\$\{|Error:")
# WCAG 2.2, levels A and AA.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")


WIDE_LIGHT, NARROW_DARK = (1440, False), (390, True)
# The sample is looked at both ways. What other companies change is the words and the numbers, at either width.
LOOKS = [
    pytest.param("sample_site", *WIDE_LIGHT, id="sample wide light"),
    pytest.param("sample_site", *NARROW_DARK, id="sample narrow dark"),
    pytest.param("fixture_site", *NARROW_DARK, id="hand-computed narrow dark"),
    pytest.param("minimal_site", *WIDE_LIGHT, id="two files wide light"),
]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("company", "width", "dark"), LOOKS)
def test_a_page_is_whole_and_quiet(
    company: str, path: str, width: int, dark: bool, request: pytest.FixtureRequest
) -> None:
    site: Site = request.getfixturevalue(company)
    with site.visit(path, width=width, dark=dark) as visit:
        text = visit.text()
        _keep_screenshot(visit.page.screenshot(full_page=True), request.node.name)
        assert BROKEN.search(text) is None, BROKEN.search(text)
        assert ADDRESS.search(text) is None
        assert visit.page.locator("h1").count() == 1
        assert visit.page.locator("main").count() == 1
        wider = visit.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wider <= 0, "the page scrolls sideways"
        background = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (background == "rgb(255, 255, 255)") is not dark
        found = Axe().run(visit.page, options=RULES).response["violations"]
        assert not found, [
            (fault["id"], node["target"], node["failureSummary"]) for fault in found for node in fault["nodes"]
        ]
        visit.assert_clean()


def test_the_accessibility_rules_find_a_planted_fault(sample_site: Site) -> None:
    with sample_site.visit("/") as visit:
        visit.page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/x.png\">')")
        found = Axe().run(visit.page, options=RULES).response["violations"]
        assert [fault["id"] for fault in found] == ["image-alt"]


def _keep_screenshot(picture: bytes, name: str) -> None:
    """Kept as test output when POSTSALE_SCREENSHOTS names a folder."""
    folder = os.environ.get("POSTSALE_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        (Path(folder) / f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}.png").write_bytes(picture)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [1440, 390])
def test_a_first_visit_is_light_and_does_not_jump(sample_site: Site, browser: Browser, path: str, width: int) -> None:
    seen = page_speed.visit(browser, f"{sample_site.base}{path}", width=width)
    assert seen.shift < 0.1
    assert seen.received < 600_000


def test_every_page_of_the_site_is_looked_at(sample_site: Site) -> None:
    assert page_speed.pages_of(sample_site.warehouse.resolve().parent / "site") == sorted(PAGES)


def test_a_later_run_that_failed_is_told_on_every_page(sample_site: Site) -> None:
    failed = {"failed": {"step": "transform", "at": "3 Jan 2027 07:05 UTC"}}
    with sample_site.visit("/") as visit:
        assert visit.page.locator("[data-failed-run]").count() == 0
        visit.page.route("**/last-run.json", lambda route: route.fulfill(json=failed))
        for path in ("/", "/definitions/"):
            visit.open(path)
            visit.page.wait_for_selector("[data-failed-run]")
            assert "The run of 3 Jan 2027 07:05 UTC failed (transform)" in visit.text()


def test_the_query_engine_stays_away_until_a_filter_is_used(sample_site: Site) -> None:
    with sample_site.visit("/") as visit:
        assert not [url for url in visit.requests if url.endswith(".wasm") or ".parquet" in url]
        visit.choose("segment", "hybrid", "Hybrid")
        assert [url for url in visit.requests if url.endswith(".wasm")]
        visit.assert_clean()


def test_pages_read_before_any_script_has_run(sample_site: Site) -> None:
    html = (Path(sample_site.warehouse).parent / "site" / "index.html").read_text()
    bare = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    assert "Net revenue retention" in bare
    assert re.search(r"\d+\.\d%", bare)
    assert "<svg" in bare


def test_the_reader_can_switch_between_light_and_dark(sample_site: Site) -> None:
    with sample_site.visit("/") as visit:
        visit.page.click("button.mode")
        assert visit.page.evaluate("document.documentElement.dataset.theme") == "dark"
        visit.open("/definitions/")
        assert visit.page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_an_unknown_address_is_answered_in_words(sample_site: Site) -> None:
    with sample_site.visit("/") as visit:
        answer = visit.page.goto(f"{visit.base}/no-such-page/")
        assert answer is not None
        assert answer.status == 404
        assert "The board is at" in visit.text()
