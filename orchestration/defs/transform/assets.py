"""dbt: one asset per model, one asset check per test, in one `dbt build`."""

from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliInvocation, dbt_assets
from dagster_dbt.asset_utils import get_updated_cli_invocation_params_for_context
from packaging.version import Version

from orchestration.lib.dbt import build_arguments, failures, take_waiting
from orchestration.lib.dbt.translator import PostsaleDbtTranslator
from orchestration.lib.errors import PostsaleError
from orchestration.lib.project import DBT_PROJECT_DIR
from orchestration.lib.run.progress import say, tick
from orchestration.lib.run.resource import CompanyBuild

# dbt unit tests prove the models on made-up rows; they belong to the project's tests, not to each run.
NOT_IN_A_RUN = "resource_type:unit_test"


class TransformationError(PostsaleError):
    """A model could not be built, or one of its tests found rows."""


def mart_keys(manifest: Mapping[str, Any]) -> list[dg.AssetKey]:
    """Keys of the models that readers outside dbt rely on: marts and audit tables."""
    translator = PostsaleDbtTranslator()
    models = [
        node for node in manifest["nodes"].values() if node["resource_type"] == "model" and node["fqn"][1] == "marts"
    ]
    return sorted((translator.get_asset_key(model) for model in models), key=lambda key: key.to_user_string())


def transform_defs(manifest: Mapping[str, Any]) -> dg.Definitions:
    """The dbt project's assets and checks."""

    @dbt_assets(
        manifest=manifest,
        name="transform",
        dagster_dbt_translator=PostsaleDbtTranslator(),
        exclude=NOT_IN_A_RUN,
        pool="warehouse",
    )
    def transform(
        context: dg.AssetExecutionContext, company: CompanyBuild
    ) -> Iterator[
        dg.Output[Any] | dg.AssetMaterialization | dg.AssetObservation | dg.AssetCheckResult | dg.AssetCheckEvaluation
    ]:
        home = company.home
        home.open_warehouse(fresh=not context.is_subset)
        invocation = _invocation(context, company, manifest)
        models = tests = 0
        total = len(context.selected_asset_keys), len(context.selected_asset_check_keys)
        for event in invocation.stream():
            if isinstance(event, (dg.AssetCheckResult, dg.AssetCheckEvaluation)):
                tests += 1
            elif isinstance(event, (dg.Output, dg.AssetMaterialization)):
                models += 1
            tick(f"transform: {models} of {total[0]} models built, {tests} of {total[1]} tests done")
            yield event
        if not invocation.is_successful():
            failed = failures(home.dbt_target)
            for failure in failed:
                say(f"transform: {failure}")
            first = str(failed[0]) if failed else "dbt stopped before any model was built"
            raise TransformationError(f"{first} (whole log: {home.dbt_logs / 'dbt.log'})")
        say(f"transform: {models} models built, {tests} tests passed")

    return dg.Definitions(assets=[transform])


def _invocation(
    context: dg.AssetExecutionContext, company: CompanyBuild, manifest: Mapping[str, Any]
) -> DbtCliInvocation:
    """`dbt build` of what is selected, in the process that was started with the run.

    Dagster's own resource would ask dbt for its version and start it anew: six seconds, twice the work of most models.
    """
    asked = get_updated_cli_invocation_params_for_context(
        context=context, manifest=manifest, dagster_dbt_translator=PostsaleDbtTranslator()
    )
    process = take_waiting(company.home).order(
        build_arguments(
            full_refresh=company.full_refresh, selection=asked.selection_args, indirect=asked.indirect_selection
        )
    )
    return DbtCliInvocation(
        process=process,
        manifest=asked.manifest,
        dagster_dbt_translator=asked.dagster_dbt_translator,
        project_dir=DBT_PROJECT_DIR,
        target_path=company.home.dbt_target,
        raise_on_error=False,
        cli_version=Version(version("dbt-core")),
        context=context,
    )
