"""The content security policy: exactly the page's own inline scripts may run."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from orchestration.lib.site import SiteError
from orchestration.lib.site.policy import (
    SAFE_HEADERS,
    content_security_policy,
    headers_file,
    inline_script_hashes,
    secure_pages,
)

PAGE = """<!doctype html><html><head>
<meta charset="utf-8" />
<script>let a = 1 < 2 && "&amp;";</script>
<script src="/_app/start.js"></script>
<script type="application/json">{"data": "is not run"}</script>
<script type="module">import("/_app/app.js")</script>
</head><body></body></html>"""


def source(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def test_hashes_are_of_the_scripts_that_run_byte_for_byte() -> None:
    assert inline_script_hashes(PAGE) == [source('let a = 1 < 2 && "&amp;";'), source('import("/_app/app.js")')]


def test_the_policy_allows_the_site_itself_and_nothing_else() -> None:
    rules = dict(rule.split(" ", 1) for rule in content_security_policy(["'sha256-x='"], as_header=True).split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self' 'wasm-unsafe-eval' 'sha256-x='"
    assert rules["connect-src"] == "'self'"
    assert rules["frame-ancestors"] == "'none'"
    assert rules["base-uri"] == rules["form-action"] == "'none'"
    assert not any("http" in rule or "*" in rule for rule in rules.values())
    assert not any("'unsafe-eval'" in rule for rule in rules.values())


def test_every_page_carries_the_policy_for_its_own_scripts(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "index.html").write_text(PAGE)
    (tmp_path / "a" / "index.html").write_text(PAGE.replace("let a = 1", "let b = 2"))
    hashes = secure_pages(tmp_path)
    board = (tmp_path / "index.html").read_text()
    assert 'http-equiv="content-security-policy"' in board
    assert board.index("http-equiv") < board.index("<script>")
    assert source('let a = 1 < 2 && "&amp;";') in board
    assert source('let b = 2 < 2 && "&amp;";') not in board
    assert hashes == [
        source(s) for s in ('let b = 2 < 2 && "&amp;";', 'import("/_app/app.js")', 'let a = 1 < 2 && "&amp;";')
    ]


def test_a_page_without_its_usual_head_is_an_error_and_not_an_open_door(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<html><script>1</script></html>")
    with pytest.raises(SiteError, match=r"index\.html"):
        secure_pages(tmp_path)


def test_a_static_host_gets_the_headers_that_the_server_sends() -> None:
    policy = content_security_policy(["'sha256-abc='"], as_header=True)
    first, *lines = headers_file(policy, "/postsale").splitlines()
    assert first == "/postsale/*"
    sent = dict(line.strip().split(": ", 1) for line in lines)
    assert sent == {"Content-Security-Policy": policy, **SAFE_HEADERS}
    assert sent["X-Frame-Options"] == "DENY"
