"""Calling dbt: its environment, its prepared manifest, what its runs said."""

from orchestration.lib.dbt.arguments import build_arguments
from orchestration.lib.dbt.manifest import dbt_executable, manifest_path, prepare_manifest, read_manifest
from orchestration.lib.dbt.results import Failure, failures
from orchestration.lib.dbt.translator import PostsaleDbtTranslator

__all__ = ["Failure", "PostsaleDbtTranslator", "build_arguments", "dbt_executable", "failures", "manifest_path", "prepare_manifest", "read_manifest"]
