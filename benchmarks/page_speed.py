"""What a first visit to each page costs: largest paint, jumps of the layout, bytes on the wire.

    python -m benchmarks.page_speed [--home .postsale] [--slowdown 4] [--repeat 3]

Serves the published site of a home as `postsale serve` does, opens every page in headless Chromium with an empty cache
and a processor slowed down, and prints the median as Markdown with the machine. Paint is the browser's own
largest-contentful-paint entry in seconds; shift is its cumulative layout shift without a reader's input; bytes are
those received for the first visit, compressed as sent.
"""

from __future__ import annotations

import argparse
import statistics
import threading
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.load_to_metrics import machine
from orchestration.lib.home import Home
from orchestration.lib.site import site_server
from tests.reports.browser import FLAGS, chromium_path

# Set before the page's own scripts run: entries before an observer are delivered to it by `buffered`.
OBSERVE = """
    window.__seen = { paint: 0, shift: 0 };
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => (window.__seen.paint = entry.startTime)))
        .observe({ type: 'largest-contentful-paint', buffered: true });
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
        if (!entry.hadRecentInput) window.__seen.shift += entry.value;
    })).observe({ type: 'layout-shift', buffered: true });
"""


@dataclass(frozen=True)
class Visited:
    """One first visit: seconds to the largest paint, layout shift (a sum of scores), bytes received, requests made."""

    paint: float
    shift: float
    received: int
    requests: int


def visit(browser: Browser, url: str, slowdown: float = 1, width: int = 1440) -> Visited:
    """Open `url` with an empty cache on a processor slowed down by `slowdown`."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    try:
        page = context.new_page()
        page.add_init_script(OBSERVE)
        tools = context.new_cdp_session(page)
        tools.send("Network.enable")
        tools.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
        received: list[float] = []
        tools.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
        page.goto(url, wait_until="networkidle")
        page.wait_for_selector("main[data-ready=true]")
        seen = page.evaluate("window.__seen")
        return Visited(seen["paint"] / 1000, seen["shift"], int(sum(received)), len(received))
    finally:
        context.close()


def pages_of(site: Path) -> list[str]:
    """Addresses of the pages of a built site, the board first."""
    found = [folder.parent.relative_to(site).as_posix() for folder in site.rglob("index.html")]
    return sorted(f"/{name}/".replace("/./", "/") for name in found)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--home", type=Path, default=None, help="a state directory (default $POSTSALE_HOME)")
    options.add_argument("--slowdown", type=float, default=4, help="how many times slower the processor (default 4)")
    options.add_argument("--repeat", type=int, default=3, help="visits of each page (default 3)")
    asked = options.parse_args()
    site = (Home(asked.home.resolve()) if asked.home else Home.from_environment()).site
    server = site_server(site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"Measured on {machine()}; processor slowed down {asked.slowdown:g} times, nothing cached.\n")
    print("| page | largest paint, s | layout shift | kB received | requests |\n|---|---|---|---|---|")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(playwright), args=FLAGS)
        for path in pages_of(site.resolve()):
            url = f"http://127.0.0.1:{server.server_port}{path}"
            seen = [visit(browser, url, asked.slowdown) for _ in range(asked.repeat)]
            paint, shift = (statistics.median(getattr(one, name) for one in seen) for name in ("paint", "shift"))
            print(f"| {path} | {paint:.2f} | {shift:.3f} | {seen[0].received / 1000:,.0f} | {seen[0].requests} |")
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    main()
