"""Calling dbt: its environment, its prepared manifest, what its runs said.

`translator` is left out on purpose: it imports Dagster, which the rest does without.
"""

from orchestration.lib.dbt.arguments import build_arguments
from orchestration.lib.dbt.lineage import exported_queries, models_behind
from orchestration.lib.dbt.manifest import dbt_executable, manifest_path, prepare_manifest, read_manifest
from orchestration.lib.dbt.results import Failure, failures

__all__ = [
    "Failure",
    "build_arguments",
    "dbt_executable",
    "exported_queries",
    "failures",
    "manifest_path",
    "models_behind",
    "prepare_manifest",
    "read_manifest",
]
