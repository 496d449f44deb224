"""What `postsale run` prints when it is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from orchestration.lib.home import Home, Published
from orchestration.lib.run.summary import object_rows, quarantined
from orchestration.lib.tables import as_table

if TYPE_CHECKING:
    from dagster._core.execution.stats import RunStepKeyStatsSnapshot


def write_summary(home: Home, steps: Iterable[RunStepKeyStatsSnapshot], out: TextIO) -> None:
    """Rows per object, what was quarantined and why, and the time each step took."""
    _table("Rows, all loads so far", [vars(row) for row in object_rows(home.raw)], out)
    _table("Quarantined (whole rows: audit.quarantine)", [vars(row) for row in quarantined(home.raw)], out)
    timed = [
        {
            "step": step.step_key,
            "seconds": round((step.end_time or 0) - (step.start_time or 0), 1) if step.end_time else None,
            "outcome": step.status.value.lower() if step.status else "not run",
        }
        for step in sorted(steps, key=lambda step: step.start_time or float("inf"))
        if step.start_time
    ]
    _table("Time per step", timed, out)
    out.flush()


def write_where_to_look(home: Home, build: Published, out: TextIO) -> None:
    """Where the published state is and how to read it."""
    lines = [f"Published build {build.id}: as of {build.facts.get('as_of')}, known at {build.facts.get('known_at')}"]
    if build.site_build is None:
        lines.append("  pages      not built yet: postsale run")
    else:
        earlier = (
            "" if build.site_build == build.id else f" (of build {build.site_build}: this one was run with --no-site)"
        )
        lines.append(f"  pages      {home.site / 'index.html'}{earlier}")
        lines.append("             to look at them: postsale serve, then http://127.0.0.1:3000")
    lines += [
        "  numbers    postsale query nrr grr --by segment",
        f"  warehouse  {home.warehouse}",
        "  lineage    make dev",
    ]
    out.write("\n" + "\n".join(lines) + "\n")
    out.flush()


def _table(title: str, rows: Sequence[Mapping[str, object]], out: TextIO) -> None:
    if rows:
        out.write(f"\n{title}\n{as_table(rows, list(rows[0]))}\n")
