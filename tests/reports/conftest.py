"""One browser for the session, and the sites of the companies that tests build once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from orchestration.lib.site import site_server
from tests.reports.browser import FLAGS, Site, chromium_path


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the session."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(playwright), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def serve(browser: Browser) -> Iterator[Callable[[Path, Path], Site]]:
    """`serve(site, warehouse)`: the site on loopback, as `postsale serve` gives it, for the rest of the session."""
    servers = []

    def start(site: Path, warehouse: Path) -> Site:
        server = site_server(site)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return Site(browser, f"http://127.0.0.1:{server.server_port}", warehouse)

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def sample_site(serve: Callable[[Path, Path], Site], sample_build: Any) -> Site:
    """The bundled sample company."""
    return serve(sample_build.site, sample_build.warehouse)


@pytest.fixture(scope="session")
def fixture_site(serve: Callable[[Path, Path], Site], fixture_build: Any) -> Site:
    """The hand-computed company."""
    return serve(fixture_build.site, fixture_build.warehouse)


@pytest.fixture(scope="session")
def minimal_site(serve: Callable[[Path, Path], Site], minimal_build: Any) -> Site:
    """A company of accounts and subscriptions alone."""
    return serve(minimal_build.site, minimal_build.warehouse)


@pytest.fixture(scope="session")
def restated_site(serve: Callable[[Path, Path], Site], restated_build: Any) -> Site:
    """The hand-computed company after published numbers changed."""
    return serve(restated_build.site, restated_build.warehouse)
