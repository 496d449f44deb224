"""dbt's arguments, as pure functions."""

from __future__ import annotations


def build_arguments(*, full_refresh: bool) -> list[str]:
    """Arguments of the one `dbt build` of a run; the selection is added by Dagster."""
    return ["build", *(["--full-refresh"] if full_refresh else [])]
