"""Calling dbt: its environment, its prepared manifest, what its runs said.

`translator` is left out on purpose: it imports Dagster, which the rest does without.
"""

from orchestration.lib.dbt.arguments import build_arguments
from orchestration.lib.dbt.lineage import exported_queries, models_behind
from orchestration.lib.dbt.manifest import finish_manifest, manifest_path, prepare_manifest, read_manifest, start_dbt
from orchestration.lib.dbt.process import DbtProcess, DbtProjectError, dismiss_waiting, keep_waiting, take_waiting
from orchestration.lib.dbt.results import Failure, failures

__all__ = [
    "DbtProcess",
    "DbtProjectError",
    "Failure",
    "build_arguments",
    "dismiss_waiting",
    "exported_queries",
    "failures",
    "finish_manifest",
    "keep_waiting",
    "manifest_path",
    "models_behind",
    "prepare_manifest",
    "read_manifest",
    "start_dbt",
    "take_waiting",
]
