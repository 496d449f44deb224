"""Evidence's dev server of `make dev`, over a published warehouse, in the browser."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from orchestration.lib.site import start_dev_server

START_SECONDS = 180


@pytest.fixture(scope="module")
def dev_url(sample_build: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The pages of the sample company, served by the dev server on a free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = start_dev_server(Path(sample_build.warehouse), tmp_path_factory.mktemp("dev"), port)
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            assert server.poll() is None, f"the dev server ended with {server.returncode}"
            assert time.monotonic() < deadline, "the dev server does not answer"
            time.sleep(0.5)
    yield f"http://127.0.0.1:{port}/"
    server.terminate()
    server.wait(60)


def test_the_board_is_shown_while_it_is_being_edited(dev_url: str, browser: Browser, sample_build: Any) -> None:
    page = browser.new_page()
    page.goto(dev_url)
    shown = page.wait_for_selector(".kpis[aria-busy=false]", timeout=START_SECONDS * 1000)
    assert shown is not None
    assert "Net revenue retention" in shown.inner_text()
    assert "%" in shown.inner_text()
    page.close()
