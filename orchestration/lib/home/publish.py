"""Publishing: a finished build becomes the served one by swapping one link, or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration.lib.home.home import Home

KEPT_BUILDS = 3
# Beside the pages: what their banner says of the last run. Read by them when they are opened, never cached.
LAST_RUN = "last-run.json"


@dataclass(frozen=True)
class Published:
    """A build that was published: where it lies, and what was written about it at publishing."""

    path: Path
    facts: dict[str, Any]

    @property
    def id(self) -> str:
        """The build's identifier, also its directory's name."""
        return self.path.name

    @property
    def site_build(self) -> str | None:
        """The build whose pages are served: this one, an earlier one (`--no-site`), or none yet."""
        value = self.facts.get("site_build")
        return str(value) if value else None


def published(home: Home) -> Published | None:
    """The build that is served now, or None when nothing was ever published."""
    try:
        path = home.current.resolve(strict=True)
        facts = json.loads((path / "build.json").read_text())
    except (OSError, ValueError):
        return None
    return Published(path, facts)


def publish(home: Home, build_id: str, facts: dict[str, Any]) -> Published:
    """Move `next/` to `builds/<build_id>` and point every link at it.

    Until the last step, one `os.replace` of the `current` link, readers see the earlier build; after it,
    the new one. A build without a site of its own keeps serving the pages of the one before it.
    """
    before = published(home)
    has_site = (home.next / "site").is_dir()
    site_build = None
    if not has_site and before is not None and before.site_build is not None:
        _link_tree(before.path / "site", home.next / "site")
        site_build = before.site_build
    # Readers of a build ask by the definitions it was built with, not by those of a later checkout.
    semantic_manifest = home.dbt_target / "semantic_manifest.json"
    if semantic_manifest.exists():
        shutil.copy2(semantic_manifest, home.next / semantic_manifest.name)

    if (home.next / "site").is_dir():
        _write(home.next / "site" / LAST_RUN, json.dumps({"failed": None}))

    home.builds.mkdir(parents=True, exist_ok=True)
    target = _free_name(home.builds / build_id)
    facts = {**facts, "build_id": build_id, "site_build": target.name if has_site else site_build}
    _write(home.next / "build.json", json.dumps(facts, indent=2, sort_keys=True, default=str))
    home.next.rename(target)
    home.next.mkdir()
    # Staging views of the published warehouse read these two by their constant path.
    for name in ("parameters.parquet", "sources.parquet"):
        if (target / name).exists():
            shutil.copy2(target / name, home.next / name)

    _swap(home.current, Path("builds") / target.name)
    _swap(home.warehouse, Path("current") / "warehouse.duckdb")
    _swap(home.site, Path("current") / "site")
    prune(home)
    return Published(target, facts)


def note_failure(home: Home, step: str, moment: datetime) -> None:
    """Let the served pages say that a later run failed at `step` (UTC `moment`), so that nobody takes them for newer
    than they are. Without pages there is nobody to tell."""
    if home.site.is_dir():
        failed = {"step": step, "at": f"{moment:%-d %b %Y %H:%M} UTC"}
        # A new file in place of the old one: the pages of two builds may share their files.
        _write(home.site.resolve() / LAST_RUN, json.dumps({"failed": failed}))


def prune(home: Home, keep: int = KEPT_BUILDS) -> list[str]:
    """Remove all but the newest `keep` builds; the published one always stays. Returns the removed ids."""
    current = published(home)
    builds = sorted((path for path in home.builds.iterdir() if path.is_dir()), key=_published_at)
    kept = {path.name for path in builds[-keep:]} | ({current.id} if current else set())
    removed = [path for path in builds if path.name not in kept]
    for path in removed:
        shutil.rmtree(path, ignore_errors=True)
    return [path.name for path in removed]


def _published_at(build: Path) -> tuple[float, str]:
    """When a build was finished; a directory that a killed run left unfinished counts as the oldest."""
    note = build / "build.json"
    return (note.stat().st_mtime if note.exists() else 0.0, build.name)


def _free_name(path: Path) -> Path:
    """`path`, or with `.2`, `.3`… when the same build was made before (as with a fixed `--known-at`)."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}.{number}")
    return free


def _swap(link: Path, target: Path) -> None:
    """Point `link` at `target` in one step; readers never find it missing."""
    if link.is_symlink() and link.readlink() == target:
        return
    fresh = link.with_name(f".{link.name}.{os.getpid()}")
    with contextlib.suppress(FileNotFoundError):
        fresh.unlink()
    fresh.symlink_to(target)
    fresh.replace(link)


def _write(path: Path, text: str) -> None:
    fresh = path.with_name(f".{path.name}.tmp")
    with fresh.open("w") as stream:
        stream.write(text + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(path)


def _link_tree(source: Path, target: Path) -> None:
    """Copy a folder by hard links: the same files under a second name, no second copy on disk."""
    shutil.copytree(source, target, copy_function=os.link)
