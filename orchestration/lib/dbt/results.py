"""What a dbt run said about models and tests that did not pass."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Failure:
    """A model that broke or a test that found rows."""

    name: str
    kind: str
    status: str
    message: str
    rows: int | None
    compiled: Path | None

    def __str__(self) -> str:
        found = f", {self.rows} rows" if self.kind == "test" and self.rows else ""
        where = f"; its query: {self.compiled}" if self.compiled else ""
        return f"{self.kind} {self.name}: {' '.join(self.message.split())}{found}{where}"


def failures(target: Path) -> list[Failure]:
    """Models and tests of the last run in `target` that ended in `error` or `fail`, in the order they ran."""
    try:
        results = json.loads((target / "run_results.json").read_text())["results"]
    except (OSError, ValueError, KeyError):
        return []
    found = []
    for result in results:
        if result["status"] not in ("error", "fail", "runtime error"):
            continue
        kind, _, name = result["unique_id"].split(".", 2)
        found.append(
            Failure(
                name=name.rsplit(".", 1)[0] if kind == "test" and "." in name else name,
                kind=kind,
                status=result["status"],
                message=result.get("message") or "",
                rows=result.get("failures"),
                compiled=_compiled(target, name),
            )
        )
    return found


def _compiled(target: Path, name: str) -> Path | None:
    stem = name.rsplit(".", 1)[0]
    return next(iter(sorted((target / "compiled").rglob(f"{stem}.sql"))), None)
