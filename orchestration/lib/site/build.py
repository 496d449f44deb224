"""From a finished warehouse to a finished folder of pages."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from orchestration.lib.project import REPORTS_DIR, fingerprint
from orchestration.lib.site.commands import node_environment, run_logged
from orchestration.lib.site.errors import SiteError
from orchestration.lib.site.exports import exports_fingerprint, source_queries
from orchestration.lib.site.node import find_node
from orchestration.lib.site.packages import ensure_packages, install_key, is_installed
from orchestration.lib.site.policy import HEADERS_FILE, content_security_policy, headers_file, secure_pages

SOURCES_SECONDS = 900
PAGES_SECONDS = 1800
COMPRESS_SECONDS = 600
FACTS = "site.json"
# What a change of makes the pages other pages. Tests and notes beside them do not.
LIVE_PARTS = ("pages", "queries", "components", "static", "partials")
_PARTS = (*LIVE_PARTS, "sources")
_FILES = ("package.json", "evidence.config.yaml", "app.css")


@dataclass(frozen=True)
class SiteResult:
    """A finished site: where it is, whether an earlier one was reused, and how long each step took (seconds)."""

    path: Path
    fingerprint: str
    is_reused: bool
    rows: dict[str, int]
    seconds: dict[str, float]


def build_site(
    warehouse: Path,
    out_dir: Path,
    work_dir: Path,
    base_path: str = "",
    on_progress: Callable[[str], None] | None = None,
    reports: Path = REPORTS_DIR,
) -> SiteResult:
    """Build the pages of `warehouse` (opened read-only) into `out_dir`, which appears whole or not at all.

    `work_dir` belongs to one home and one build at a time; it keeps the last site, which is reused, by links, when
    neither the pages nor any row they read has changed. Raises `SiteError`; `out_dir` is then left as it was.
    """
    say = on_progress or (lambda _message: None)
    clock = _Clock()
    base_path = normal_base_path(base_path)
    exports, rows = exports_fingerprint(warehouse, source_queries(reports))
    identity = hashlib.sha256("\0".join([exports, pages_fingerprint(reports), base_path]).encode()).hexdigest()
    clock.lap("read exports")

    kept = work_dir / "last"
    if _facts(kept).get("fingerprint") == identity:
        say("pages unchanged: the last site is reused")
        _place(kept, out_dir)
        clock.lap("reuse")
        return SiteResult(out_dir, identity, True, rows, clock.seconds)

    node = find_node()
    logs = work_dir / "logs"
    if not is_installed(reports):
        say(f"installing the packages of the pages with Node.js {node.version} (once)")
    modules = ensure_packages(reports, node, logs / "npm.log")
    clock.lap("npm packages")

    # A folder of its own: what a killed build left running cannot write into this one.
    for left in work_dir.glob("project-*"):
        shutil.rmtree(left, ignore_errors=True)
    project = work_dir / f"project-{os.getpid()}"
    _copy_project(reports, project, modules, warehouse, base_path)
    env = node_environment(node, work_dir / "tools")
    evidence = [str(node.node), str(modules / "@evidence-dev" / "evidence" / "cli.js")]
    say(f"reading {sum(rows.values()):,} exported rows of {len(rows)} tables")
    log = logs / "sources.log"
    what = "reading the exported tables (evidence sources)"
    run_logged([*evidence, "sources", "--strict"], cwd=project, env=env, log=log, timeout=SOURCES_SECONDS, what=what)
    _require_sources(project, rows, log)
    clock.lap("sources")

    say("building the pages")
    log = logs / "build.log"
    what = "building the pages (evidence build:strict)"
    run_logged([*evidence, "build:strict"], cwd=project, env=env, log=log, timeout=PAGES_SECONDS, what=what)
    built = project / "build"
    if not (built / "index.html").is_file():
        raise SiteError(f"evidence build:strict wrote no index.html; its output is in {log}")
    clock.lap("pages")

    # A service worker for a fault of one browser on one system; the server's headers make it needless.
    (built / "fix-tprotocol-service-worker.js").unlink(missing_ok=True)
    hashes = secure_pages(built)
    header = content_security_policy(hashes, as_header=True)
    facts = {"fingerprint": identity, "base_path": base_path, "content_security_policy": header}
    (built / FACTS).write_text(json.dumps(facts, indent=2) + "\n")
    (built / HEADERS_FILE).write_text(headers_file(header, base_path))
    compress = [str(node.node), str(Path(__file__).with_name("compress.mjs")), str(built), str(work_dir / "compressed")]
    log = logs / "compress.log"
    run_logged(compress, cwd=work_dir, env=env, log=log, timeout=COMPRESS_SECONDS, what="compressing the site")
    clock.lap("headers and compression")

    _replace(built, kept)
    _place(kept, out_dir)
    shutil.rmtree(project, ignore_errors=True)
    return SiteResult(out_dir, identity, False, rows, clock.seconds)


def normal_base_path(base_path: str) -> str:
    """`postsale/`, `/postsale` → `/postsale`; blank or `/` → ``."""
    parts = [part for part in base_path.split("/") if part]
    if any(part in {".", ".."} or not part.isascii() or set(part) & set(" ?#%\\\"'<>") for part in parts):
        raise SiteError(f"[site] base_path {base_path!r} is not a plain path such as /postsale")
    return "".join(f"/{part}" for part in parts)


def pages_fingerprint(reports: Path) -> str:
    """sha256 hex over everything of `reports/` that the pages are made of, and how they are packed."""
    sources = [reports / name for name in (*_PARTS, *_FILES) if (reports / name).exists()]
    here = Path(__file__).parent
    packing = fingerprint([here / name for name in ("build.py", "policy.py", "compress.mjs")])
    return hashlib.sha256(f"{fingerprint(sources, root=reports)} {install_key(reports)} {packing}".encode()).hexdigest()


def _copy_project(reports: Path, project: Path, modules: Path, warehouse: Path, base_path: str) -> None:
    """A fresh copy of the pages with links to the shared packages and to the warehouse, and no earlier data."""
    shutil.rmtree(project, ignore_errors=True)
    project.mkdir(parents=True)
    for name in _PARTS:
        if (reports / name).is_dir():
            shutil.copytree(
                reports / name, project / name, ignore=shutil.ignore_patterns("*.duckdb", "*.wal", ".DS_Store")
            )
    for name in (*_FILES, "package-lock.json", ".npmrc"):
        if (reports / name).is_file():
            shutil.copy2(reports / name, project / name)
    if base_path:
        with (project / "evidence.config.yaml").open("a") as config:
            config.write(f"\ndeployment:\n  basePath: {json.dumps(base_path)}\n")
    (project / "node_modules").symlink_to(modules.resolve(), target_is_directory=True)
    # Under its own name: a DuckDB file's views carry the name of the file.
    (project / "sources" / "postsale" / "warehouse.duckdb").symlink_to(warehouse.resolve())


def _require_sources(project: Path, rows: dict[str, int], log: Path) -> None:
    """Evidence goes on after some faults of a source; every table must be there."""
    manifest = project / ".evidence" / "template" / "static" / "data" / "manifest.json"
    written = json.loads(manifest.read_text())["renderedFiles"].get("postsale", []) if manifest.is_file() else []
    missing = sorted(set(rows) - {Path(name).stem for name in written})
    if missing:
        raise SiteError(f"evidence sources wrote no table for {', '.join(missing)}; its output is in {log}")


def _facts(site: Path) -> dict[str, str]:
    try:
        facts = json.loads((site / FACTS).read_text())
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _replace(made: Path, target: Path) -> None:
    old = target.with_name(f"{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    target.parent.mkdir(parents=True, exist_ok=True)
    made.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _place(kept: Path, out_dir: Path) -> None:
    """`out_dir` becomes a copy of `kept` by hard links (copies across disks): built beside it, then renamed."""
    partial = out_dir.with_name(f".{out_dir.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(kept, partial, copy_function=_link_or_copy)
    _replace(partial, out_dir)


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


class _Clock:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._since = time.monotonic()

    def lap(self, name: str) -> None:
        now = time.monotonic()
        self.seconds[name] = round(now - self._since, 1)
        self._since = now
