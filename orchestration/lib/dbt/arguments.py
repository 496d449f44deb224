"""dbt's arguments, as pure functions."""

from __future__ import annotations

from collections.abc import Sequence


def build_arguments(*, full_refresh: bool, selection: Sequence[str] = (), indirect: str | None = None) -> list[str]:
    """Arguments of the one `dbt build` of a run.

    `selection` is what Dagster asks for, `indirect` dbt's rule for tests of which only some models are selected.
    Events are JSON lines: Dagster reads which model or test they are about.
    """
    return [
        "--log-format",
        "json",
        "build",
        *(["--full-refresh"] if full_refresh else []),
        *(["--indirect-selection", indirect] if indirect else []),
        *selection,
    ]
