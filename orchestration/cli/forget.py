"""`postsale forget`: remove a person from everything that is kept."""

from __future__ import annotations

import json
import sys

import click

from orchestration.cli.options import config_option, format_option
from orchestration.cli.output import print_rows
from orchestration.lib.errors import UsageError

COLUMNS = ("area", "file", "rows_changed", "hash_before", "hash_after")


@click.command(short_help="Remove a person from everything that is kept; every published number stays.")
@click.argument("person", metavar="PERSON")
@click.option("--dry-run", is_flag=True, help="Show what would be touched, and change nothing.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@config_option
@format_option
def forget(person: str, dry_run: bool, yes: bool, config: str | None, output_format: str) -> None:
    """Remove PERSON (an e-mail address, or the id of a contact or member of staff) on request.

    Names, addresses and what texts say of the person are replaced by a pseudonym in the raw zone, the quarantine, the
    ledger and the logs; then everything is built anew and every earlier build is removed. Records stay, under the
    pseudonym, so that every published number stays too; exit 1 when one does not. Files that bring the person again
    are loaded under the pseudonym. This cannot be undone.

    Files in the company's own folders are not changed: those that still hold the person are named.
    """
    from orchestration.lib.config import load_config
    from orchestration.lib.home import Home
    from orchestration.lib.privacy.forget import forget as erase_person

    home = Home.from_environment()
    loaded = load_config(config)
    if not dry_run and not yes:
        if not sys.stdin.isatty():
            raise UsageError("forgetting cannot be undone: look at --dry-run first, then add --yes")
        click.confirm(f"Remove this person from {home.path}? It cannot be undone", abort=True)
    progress = sys.stdout if output_format == "table" else sys.stderr
    erasure = erase_person(home, loaded, person, progress, dry_run=dry_run)
    rows = [vars(touched) for touched in erasure.touched]
    if output_format == "json":
        click.echo(
            json.dumps(
                {
                    "pseudonym": erasure.pseudonym,
                    "is_staff": erasure.is_staff,
                    "is_dry_run": dry_run,
                    "touched": rows,
                    "still_held_by": erasure.still_held_by,
                    "build_id": erasure.build_id,
                },
                indent=2,
                ensure_ascii=False,
            )
        )
        return
    if output_format == "csv":
        print_rows(rows, COLUMNS, "csv")
        return
    shown = COLUMNS[:3]
    print_rows(rows, shown, "table")
    click.echo(f"\n{'Would be known as' if dry_run else 'Known from now on as'} {erasure.pseudonym}.")
    if erasure.still_held_by:
        click.echo("Files of your own that still hold the person, for you to change or remove:")
        for file in erasure.still_held_by:
            click.echo(f"  {file}")
    if dry_run:
        click.echo("Nothing was changed.")
    else:
        click.echo("The erasure is on record in audit.erasure; every published number is what it was.")
