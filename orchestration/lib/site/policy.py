"""What a browser may do with these pages: nothing but read this site."""

from __future__ import annotations

import base64
import hashlib
from html.parser import HTMLParser
from pathlib import Path

from orchestration.lib.site.errors import SiteError

# What a careful host sends with every file of the site, whatever the site is.
SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
HEADERS_FILE = "_headers"


class _InlineScripts(HTMLParser):
    """Collects the text of scripts that stand in the page itself and are run."""

    _RUN = frozenset({None, "", "module", "text/javascript", "application/javascript"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []
        self._open: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" and "src" not in given and given.get("type") in self._RUN:
            self._open = []

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._open.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self._open is not None:
            self.found.append("".join(self._open))
            self._open = None


def inline_script_hashes(html: str) -> list[str]:
    """CSP sources of the page's inline scripts, in page order: `'sha256-…'`."""
    parser = _InlineScripts()
    parser.feed(html)
    parser.close()
    return [
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in parser.found
    ]


def content_security_policy(script_hashes: list[str], *, as_header: bool) -> str:
    """The policy. `frame-ancestors` works only as a header; the rest also stands in each page.

    `wasm-unsafe-eval` lets the query engine compile; styles are inline because charts place their marks so.
    """
    scripts = " ".join(["'self'", "'wasm-unsafe-eval'", *dict.fromkeys(script_hashes)])
    rules = [
        "default-src 'none'",
        f"script-src {scripts}",
        "worker-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    return "; ".join([*rules, "frame-ancestors 'none'"] if as_header else rules)


def headers_file(policy: str, base_path: str) -> str:
    """Text of `_headers`, the form in which static hosts take the headers of a site."""
    lines = [f"  {name}: {value}" for name, value in {"Content-Security-Policy": policy, **SAFE_HEADERS}.items()]
    return "\n".join([f"{base_path}/*", *lines]) + "\n"


def secure_pages(site: Path) -> list[str]:
    """Write into every page the policy it needs, and return all script hashes of the site, for the header."""
    everything: list[str] = []
    for page in sorted(site.rglob("*.html")):
        html = page.read_text(encoding="utf-8")
        hashes = inline_script_hashes(html)
        everything += hashes
        policy = content_security_policy(hashes, as_header=False)
        first = '<meta charset="utf-8" />'
        meta = f'<meta http-equiv="content-security-policy" content="{policy}" />'
        if first not in html:
            raise SiteError(f"{page} does not open as Evidence's pages do: the policy has no place in it")
        page.write_text(html.replace(first, first + meta, 1), encoding="utf-8")
    return list(dict.fromkeys(everything))
