"""`postsale init`: the templates a company fills in."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(short_help="Write a commented postsale.toml and one CSV template per object.")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
def init(directory: Path) -> None:
    """Write a commented `postsale.toml` and one CSV template per canonical object into DIRECTORY.

    Nothing is written when one of them is already there.
    """
    from orchestration.lib.config import init_company

    init_company(directory)
    click.echo(f"Written to {directory}: postsale.toml and one CSV template per object (header row only).")
    click.echo("Fill in at least accounts and subscriptions, then:")
    click.echo(f"  postsale check --config {directory / 'postsale.toml'}")
    click.echo(f"  postsale run   --config {directory / 'postsale.toml'}")
