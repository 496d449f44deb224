"""The one job: from source files to published pages. `postsale run` and the Dagster UI run the same."""

from __future__ import annotations

from datetime import UTC, datetime

import dagster as dg

from orchestration.lib.home import Home, note_failure
from orchestration.lib.run.resource import CompanyBuild
from orchestration.lib.run.run_log import run_log

BUILD_JOB = "build"


@dg.failure_hook
def tell_the_pages(context: dg.HookContext) -> None:
    """The pages that stay served say on each of them that a later run failed."""
    note_failure(Home.from_environment(), (context.step_key or "").replace("_", " ").strip(), datetime.now(UTC))


def job_defs() -> dg.Definitions:
    """The job, the company it is run for, and how: in one process, for a DuckDB file has one writer."""
    return dg.Definitions(
        jobs=[
            dg.define_asset_job(
                BUILD_JOB,
                selection=dg.AssetSelection.all(),
                hooks={tell_the_pages},
                description="Load, check, transform, export, build the pages, publish.",
            )
        ],
        resources={"company": CompanyBuild()},
        executor=dg.in_process_executor,
        loggers={"run_log": run_log},
    )
