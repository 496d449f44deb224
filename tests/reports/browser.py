"""A browser that can reach this machine only, and what it sees of a served site."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    # No name leads anywhere, and no address but this machine's.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
PATIENCE = 60_000


def chromium_path(playwright: Playwright) -> str:
    """$POSTSALE_CHROMIUM, else PATH, else the one that Playwright installed; a failure that names the mend."""
    named = os.environ.get("POSTSALE_CHROMIUM")
    found = named or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    own = playwright.chromium.executable_path
    path = found or (own if Path(own).is_file() else None)
    if path is None or not Path(path).is_file():
        pytest.fail(
            f"the browser tests need Chromium{f' (POSTSALE_CHROMIUM is {named})' if named else ''}: install it "
            "(Debian: apt-get install chromium; elsewhere: .venv/bin/playwright install chromium) "
            "or set POSTSALE_CHROMIUM to its path"
        )
    return path


@dataclass
class Visit:
    """One page in the browser, with everything that went wrong on the way."""

    page: Page
    base: str
    requests: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self, path: str) -> Visit:
        """Go to a path of the site and wait until its scripts have taken over."""
        self.page.goto(f"{self.base}{path}", wait_until="networkidle")
        self.page.wait_for_selector("main[data-ready=true]", timeout=PATIENCE)
        return self

    def choose(self, name: str, value: str, shown: str) -> None:
        """Use a filter and wait until the numbers of `shown` (the slice in words) are there."""
        self.page.select_option(f"[data-filter={name}]", value)
        self.page.wait_for_selector(f'.kpis[data-slice="{shown}"][aria-busy=false]', timeout=PATIENCE)

    def card(self, metric: str) -> str:
        """The text of a headline number's card, on one line."""
        return " ".join(self.page.inner_text(f"[data-kpi={metric}]").split())

    def grid(self, title: str) -> list[list[str]]:
        """The rows of the table whose title begins so, all of them, cell by cell."""
        table = self.page.locator(f'[data-grid^="{title}"]').first
        more = table.locator("footer button", has_text="Show all")
        if more.count():
            more.click()
        rows: list[list[str]] = table.locator("tbody tr").evaluate_all(
            "rows => rows.map((row) => [...row.cells].map((cell) => cell.innerText.trim()))"
        )
        return rows

    def heat_map(self, title: str, chosen: str) -> dict[str, list[str]]:
        """Row name → cells of the heat map of that title and choice, once it shows that choice."""
        figure = self.page.locator("figure", has_text=f"{title}, {chosen}")
        figure.wait_for(timeout=PATIENCE)
        self.page.wait_for_function(
            "title => [...document.querySelectorAll('figure[aria-busy=false]')]"
            ".some((figure) => figure.innerText.includes(title))",
            arg=f"{title}, {chosen}",
        )
        rows: dict[str, list[str]] = figure.locator("tbody tr").evaluate_all(
            "rows => Object.fromEntries(rows.map((row) =>"
            " [row.dataset.cohort, [...row.cells].slice(1).map((c) => c.innerText.trim())]))"
        )
        return rows

    def text(self) -> str:
        """The words of the page, header and footer included."""
        return self.page.inner_text("body")

    def assert_clean(self) -> None:
        """Nothing asked of another host, nothing failed, nothing said on the console."""
        assert self.elsewhere == []
        assert self.failed == []
        assert self.errors == []


class Site:
    """A served site and the warehouse it was built from."""

    def __init__(self, browser: Browser, base: str, warehouse: Path) -> None:
        self._browser, self.base, self.warehouse = browser, base, warehouse

    @contextmanager
    def visit(self, path: str = "/", *, width: int = 1440, dark: bool = False) -> Iterator[Visit]:
        """A fresh context on a page; every request that is not for this server is noted, and leads nowhere."""
        context = self._browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
        )
        context.set_default_timeout(PATIENCE)
        visit = Visit(context.new_page(), self.base)
        self._watch(context, visit)
        try:
            yield visit.open(path)
        finally:
            context.close()

    def _watch(self, context: BrowserContext, visit: Visit) -> None:
        def note(request: Request) -> None:
            visit.requests.append(request.url)
            if not request.url.startswith((self.base, "data:", "blob:")):
                visit.elsewhere.append(request.url)

        context.on("request", note)
        page = visit.page
        page.on("console", lambda m: visit.errors.append(m.text) if m.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: visit.errors.append(str(error)))
        page.on("response", lambda r: visit.failed.append(f"{r.status} {r.url}") if r.status >= 400 else None)

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of the published warehouse."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql, list(values)).fetchall()

    def value(self, sql: str, *values: Any) -> Any:
        """The single value of a query."""
        ((value,),) = self.rows(sql, *values)
        return value
