"""Which files lie in a source's landing folder, and which object each of them belongs to."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path, PurePath

from orchestration.lib.contracts import Connector

# What may follow an object's name in a file name: a date, a number, a part
# (accounts-2024-01-31.csv, Account_part2.csv, time_entries_2024_q1.jsonl).
_SUFFIX = re.compile(r"([-_. ]+(part|page|export|batch|v|q)?[-_]?\d[\dTZtz:+]*)+", re.IGNORECASE)
_DELIVERED = re.compile(r"delivered=(.+)", re.IGNORECASE)
_ENDINGS = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}


@dataclass(frozen=True)
class LandingFile:
    """A file that an object is loaded from.

    ``relative`` is its path below the source's folder, with forward slashes: the file's identity.
    ``delivered_at`` (UTC) comes from a ``delivered=<date or time>`` folder, else it is null.
    """

    path: Path
    relative: str
    object: str
    format: str
    is_compressed: bool
    delivered_at: datetime | None


@dataclass(frozen=True)
class UnmatchedFile:
    """A file that belongs to no object, and why."""

    path: Path
    relative: str
    detail: str


@dataclass(frozen=True)
class Landing:
    """The files of a source, those to load in the order in which they were delivered."""

    files: tuple[LandingFile, ...]
    unmatched: tuple[UnmatchedFile, ...]


def scan(folder: Path, connector: Connector) -> Landing:
    """Lists ``folder`` and everything below it, without opening a file.

    Hidden files, files and folders whose name starts with an underscore, and a ``postsale.toml`` that lies
    beside its company's exports, are passed over.
    """
    files: list[LandingFile] = []
    unmatched: list[UnmatchedFile] = []
    for path in _walk(folder):
        if path.name == "postsale.toml":
            continue
        relative = path.relative_to(folder).as_posix()
        stem, format_name, is_compressed = split_name(path.name)
        if format_name is None:
            unmatched.append(UnmatchedFile(path, relative, _unread_format(path.name, connector)))
            continue
        object_name = match_object(stem, relative, connector)
        if object_name is None:
            known = ", ".join(connector.objects)
            unmatched.append(
                UnmatchedFile(
                    path,
                    relative,
                    f"matches no object of {connector.connector}; name the file, or a folder above it, "
                    f"after one of: {known}",
                )
            )
            continue
        if format_name not in connector.formats:
            unmatched.append(UnmatchedFile(path, relative, _unread_format(path.name, connector)))
            continue
        delivered_at = delivery_time(relative)
        files.append(LandingFile(path, relative, object_name, format_name, is_compressed, delivered_at))
    files.sort(key=lambda file: (file.delivered_at or datetime.max.replace(tzinfo=UTC), file.relative))
    return Landing(tuple(files), tuple(unmatched))


def _walk(folder: Path) -> list[Path]:
    found: list[Path] = []
    visited: set[Path] = set()
    for parent, folders, names in os.walk(folder, followlinks=True):
        # A link may lead back into the folder.
        if (real := Path(parent).resolve()) in visited:
            folders.clear()
            continue
        visited.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith((".", "_")))
        found += [Path(parent) / name for name in sorted(names) if not name.startswith((".", "_"))]
    return found


def split_name(name: str) -> tuple[str, str | None, bool]:
    """``time_entries.jsonl.gz`` → (``time_entries``, ``jsonl``, True); format None when it is not read."""
    is_compressed = name.lower().endswith(".gz")
    plain = name[:-3] if is_compressed else name
    path = PurePath(plain)
    stem, format_name = path.stem, _ENDINGS.get(path.suffix.lower())
    if format_name == "parquet" and is_compressed:
        format_name = None
    return stem, format_name, is_compressed


def match_object(stem: str, relative: str, connector: Connector) -> str | None:
    """The object that a file belongs to: by its name, else by the nearest folder above it."""
    by_lower = {name.lower(): name for name in connector.objects}
    for part in (stem, *reversed(relative.split("/")[:-1])):
        lower = part.lower()
        if lower in by_lower:
            return by_lower[lower]
        for name in sorted(by_lower, key=len, reverse=True):
            if lower.startswith(name) and _SUFFIX.fullmatch(lower[len(name) :]):
                return by_lower[name]
    return None


def delivery_time(relative: str) -> datetime | None:
    """When the innermost ``delivered=`` folder says that the file was delivered; null when there is none."""
    for part in reversed(relative.split("/")[:-1]):
        match = _DELIVERED.fullmatch(part)
        if match:
            parsed = parse_delivery(match.group(1))
            if parsed is not None:
                return parsed
    return None


def parse_delivery(text: str) -> datetime | None:
    """An ISO date or time; dashes may stand for the colons that some file systems refuse."""
    colons = re.sub(r"(T\d{2})-?(\d{2})(?:-?(\d{2}))?", lambda m: ":".join(part for part in m.groups() if part), text)
    try:
        if len(colons) == len("2024-01-31"):
            return datetime.combine(date.fromisoformat(colons), time(), tzinfo=UTC)
        parsed = datetime.fromisoformat(colons)
    except ValueError:
        return None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def unreadable_delivery_folders(relative: str) -> list[str]:
    """Folders of the path that look like a delivery but carry no date or time."""
    return [
        part
        for part in relative.split("/")[:-1]
        if (match := _DELIVERED.fullmatch(part)) and parse_delivery(match.group(1)) is None
    ]


def _unread_format(name: str, connector: Connector) -> str:
    wanted = " or ".join(
        {"csv": "CSV", "jsonl": "JSON Lines (.jsonl)", "parquet": "Parquet"}[f] for f in connector.formats
    )
    return f"{name} is not in a format that {connector.connector} is read from; export it as {wanted}"
