"""Problems of policy tables, named by the file that the company knows."""

from __future__ import annotations

from orchestration.lib.checks.problem import Problem, Severity
from orchestration.lib.checks.zone_view import relative_to_config
from orchestration.lib.config import Config
from orchestration.lib.loader.policy import POLICY, own_table


def shown_policy_file(config: Config, table: str) -> str:
    """The policy file as the company knows it; the table's bare name for a bundled default."""
    own = own_table(config.policy_dir, table)
    return relative_to_config(config, own) if own else f"{table}.csv"


def policy_problem(
    config: Config, table: str, row: int | None, reason: str, detail: str, mend: str, severity: Severity = "error"
) -> Problem:
    return Problem(severity, POLICY, table, shown_policy_file(config, table), row, reason, detail, mend)
