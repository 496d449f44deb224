"""`postsale run`: materialize the one Dagster job in this process, and tell people about it."""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from orchestration.lib.dbt import dismiss_waiting, finish_manifest, keep_waiting, start_dbt
from orchestration.lib.errors import PostsaleError
from orchestration.lib.home import Home, HomeLock, Published, published
from orchestration.lib.loader.integrity import broken_loads
from orchestration.lib.run.progress import progress_to, say
from orchestration.lib.run.report import write_summary, write_where_to_look
from orchestration.lib.run.request import RunRequest
from orchestration.lib.run.unchanged import differences
from orchestration.lib.semantic.compile_ahead import start_compiling, stop_compiling

if TYPE_CHECKING:
    import dagster as dg
    from dagster_shared.error import SerializableErrorInfo


INTERRUPTED = "DagsterExecutionInterruptedError"


class RunFailedError(PostsaleError):
    """A step failed or a check did not pass; nothing was published."""


def run_company(request: RunRequest, out: TextIO) -> None:
    """Bring the published state of a home up to date with its inputs.

    Raises `PostsaleError` (exit code 1) when a check failed, its subclass `UsageError` (2) when the
    configuration, the policy or the arguments cannot be used. Either way the published state stays.
    """
    request = request.checked()
    home = Home.from_environment()
    with progress_to(out), HomeLock(home):
        home.prepare()
        os.environ.update(home.environment())
        _must_be_whole(home)
        before = published(home)
        now = request.fingerprint()
        if before is not None and not request.full_refresh and _is_current(before, now, request.with_site):
            say(f"Nothing changed since build {before.id}: the published state is up to date.")
            write_where_to_look(home, before, out)
            return
        _tell_why(before, now, request)
        say("reading the dbt project")
        dbt = start_dbt(home)
        keep_waiting(home, dbt)
        try:
            # What does not need the manifest is imported while dbt reads the project.
            for what in ("build", "metrics", "publish", "raw", "site", "transform"):
                importlib.import_module(f"orchestration.defs.{what}.assets")
            from orchestration.defs.job.job import BUILD_JOB

            finish_manifest(home, dbt)
            start_compiling(home)
            say("loading the code location")
            from orchestration.definitions import defs

            _materialize(defs.resolve_job_def(BUILD_JOB), request, home, out)
        finally:
            dismiss_waiting(home)
            stop_compiling(home)
        after = published(home)
        if after is None:
            raise RunFailedError("the run ended without a published build")
        write_where_to_look(home, after, out)


def _must_be_whole(home: Home) -> None:
    """Before anything is loaded: a load whose manifest is gone would be cleared away as if it had been killed."""
    faults = broken_loads(home.path)
    if faults:
        more = f" (and {len(faults) - 1} more: `postsale history --verify` lists them)" if len(faults) > 1 else ""
        raise RunFailedError(f"{faults[0]}{more}; nothing was published, the last good state stays")


def _is_current(before: Published, now: dict[str, str], with_site: bool) -> bool:
    same = before.facts.get("fingerprint") == now
    return same and (not with_site or before.site_build == before.id)


def _tell_why(before: Published | None, now: dict[str, str], request: RunRequest) -> None:
    if before is None:
        say("first build in this home")
    elif request.full_refresh:
        say("building again, as asked")
    else:
        changed = differences(before.facts.get("fingerprint"), now) or ["the pages were not built yet"]
        say(
            f"building: {', '.join(changed)} changed since build {before.id}"
            if "pages" not in changed[0]
            else f"building: {changed[0]}"
        )


def _materialize(job: dg.JobDefinition, request: RunRequest, home: Home, out: TextIO) -> None:
    import dagster as dg

    log = home.logs / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.log"
    selection = [key for key in job.asset_layer.selected_asset_keys if request.with_site or key.path[0] != "site"]
    with dg.DagsterInstance.get() as instance, _output_to(log):
        _close_killed_runs(instance)
        result = job.execute_in_process(
            run_config={
                "resources": {"company": {"config": request.as_resource_config()}},
                "loggers": {"run_log": {"config": {"path": str(log)}}},
            },
            instance=instance,
            raise_on_error=False,
            asset_selection=None if request.with_site else selection,
        )
        steps = instance.get_run_step_stats(result.run_id)
    write_summary(home, steps, out)
    if any(_cause(event).cls_name == INTERRUPTED for event in result.get_step_failure_events()):
        raise KeyboardInterrupt
    if not result.success:
        raise RunFailedError(_why(result, log))


def _close_killed_runs(instance: dg.DagsterInstance) -> None:
    """Runs that were killed still look alive and still hold their pool; the home's lock proves they are not."""
    import dagster as dg

    alive = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
    for run in instance.get_runs(filters=dg.RunsFilter(statuses=alive)):
        instance.report_run_failed(run, message="The process was killed before the run ended.")
        if instance.event_log_storage.supports_global_concurrency_limits:
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)


@contextlib.contextmanager
def _output_to(log: Path) -> Iterator[None]:
    """Send what libraries print to the log: the terminal is for progress."""
    with (
        log.open("a", encoding="utf-8") as stream,
        contextlib.redirect_stdout(stream),
        contextlib.redirect_stderr(stream),
    ):
        yield


def _why(result: dg.ExecuteInProcessResult, log: Path) -> str:
    """Name the step or the check that failed, what it said, and where the rest stands."""
    failed = [
        f"check {evaluation.check_name} of {evaluation.asset_key.to_user_string()} failed: "
        f"{evaluation.description or 'see its metadata'}"
        for evaluation in result.get_asset_check_evaluations()
        if not evaluation.passed and evaluation.severity.value == "ERROR"
    ]
    for event in result.get_step_failure_events():
        error = _cause(event)
        if error.cls_name != "DagsterAssetCheckFailedError":
            failed.append(f"{event.step_key}: {error.message.removeprefix(f'{error.cls_name}: ').strip()}")
    reason = next(iter(failed), "the run failed")
    more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
    return f"{reason}{more}; nothing was published, the last good state stays. Details: {log}"


def _cause(event: dg.DagsterEvent) -> SerializableErrorInfo:
    """The error that a step died of, without the wrappers around it."""
    error = event.step_failure_data.error
    assert error is not None, f"{event.step_key} failed without saying why"
    while error.cause is not None:
        error = error.cause
    return error
