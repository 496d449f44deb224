"""`postsale run`: load, transform, export, build the pages, publish."""

from __future__ import annotations

import sys

import click

from orchestration.cli.options import config_option


@click.command(short_help="Load, transform, export the metrics, build the site, publish.")
@config_option
@click.option(
    "--as-of",
    metavar="DATE",
    default=None,
    help="See nothing that happened later. Default: the latest date in the data.",
)
@click.option("--known-at", metavar="TIME", default=None, help="See only what had arrived by then (UTC). Default: now.")
@click.option("--full-refresh", is_flag=True, help="Build again even when nothing changed. The raw zone is kept.")
@click.option("--no-site", is_flag=True, help="Leave the pages as they are.")
def run(config: str | None, as_of: str | None, known_at: str | None, full_refresh: bool, no_site: bool) -> None:
    """Build everything from the company's files and publish it, or leave the last good state as it is.

    A run that was interrupted goes on where it stopped when it is started again.
    """
    from orchestration.lib.run.request import RunRequest
    from orchestration.lib.run.runner import run_company

    run_company(
        RunRequest(config=config, as_of=as_of, known_at=known_at, full_refresh=full_refresh, with_site=not no_site),
        out=sys.stdout,
    )
