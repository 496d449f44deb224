"""Checks over all inputs together, and the list of problems that ``postsale check`` prints."""

from orchestration.lib.checks.company import check_company
from orchestration.lib.checks.inputs import check_inputs
from orchestration.lib.checks.problem import Problem, exit_code, raise_errors

__all__ = ["Problem", "check_company", "check_inputs", "exit_code", "raise_errors"]
