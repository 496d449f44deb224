"""`postsale history`: what was published, when, and why a published number changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import click

from orchestration.cli.options import format_option
from orchestration.cli.output import print_rows
from orchestration.lib.errors import PostsaleError, UsageError
from orchestration.lib.tables import plain

GRAINS = ("day", "week", "month", "quarter", "year")


@click.command(short_help="Published values over time, restatements and their causes.")
@click.argument("metric", required=False)
@click.option(
    "--at", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", default=None, help="Only the period with this day."
)
@click.option("--grain", type=click.Choice(GRAINS), default="month", show_default=True, help="Length of a period.")
@click.option("--where", multiple=True, metavar="DIM=VALUE", help="The slice, as in segment=hybrid; default the total.")
@click.option("--verify", is_flag=True, help="Check the chain of hashes over every published value.")
@format_option
def history(
    metric: str | None, at: datetime | None, grain: str, where: tuple[str, ...], verify: bool, output_format: str
) -> None:
    """Print what was published for METRIC, from the ledger in $POSTSALE_HOME.

    The ledger holds an entry whenever a published value is new, differs from the one before, or is published no
    longer. A value that differs in a period that was closed before is a restatement; `causes` says how far each cause
    moved it, in parts that add up to the difference, and below the table stands what each cause consists of: raw rows,
    rows of policy, accounts, rates, the definition's diff. With --verify every entry is hashed anew, and the raw zone
    is held against its manifest: exit 1 and the place when something was changed or is gone.
    """
    from orchestration.lib.home import Home
    from orchestration.lib.ledger import Ledger, settle
    from orchestration.lib.ledger import verify as verify_chain
    from orchestration.lib.ledger.history import COLUMNS
    from orchestration.lib.ledger.history import history as published_values
    from orchestration.lib.ledger.words import explanation
    from orchestration.lib.loader.integrity import broken_loads

    home = Home.from_environment()
    settle(home)
    if not Ledger.of(home.path).segments() and not verify:
        raise UsageError(f"nothing was published in {home.path} yet: run `postsale run` first")
    if verify:
        entries, broken = verify_chain(home)
        if broken is not None:
            raise PostsaleError(f"the ledger was changed at {broken}; the {entries} entries before it hold")
        faults = broken_loads(home.path)
        if faults:
            raise PostsaleError("\n".join(str(fault) for fault in faults))
        if output_format == "json":
            click.echo(json.dumps({"entries": entries, "is_whole": True}))
        else:
            click.echo(f"the ledger is whole: {entries} entries, each follows the one before it")
            click.echo("the raw zone is whole: every load holds the rows of its manifest")
        if metric is None:
            return
    if metric is None:
        raise UsageError("name a metric, as in `postsale history nrr`, or ask for --verify")
    rows = published_values(home.path, metric, grain, at.date() if at else None, _slice(where))
    if not rows:
        raise UsageError(
            f"the ledger has no value of {metric!r} by {grain} for this slice: it holds what the exported tables show"
        )
    if output_format == "json":
        click.echo(json.dumps([_as_json(row) for row in rows], indent=2, ensure_ascii=False))
        return
    print_rows(rows, COLUMNS, output_format)
    if output_format == "table":
        for row in rows:
            if row["parts"]:
                click.echo()
                click.echo("\n".join(explanation(row)))


def _as_json(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with its parts as text, in which every digit is kept, and with what the causes consist of."""
    from orchestration.lib.ledger.history import COLUMNS

    parts = [
        {name: f"{value:f}" if isinstance(value, Decimal) else value for name, value in part.items()}
        for part in row["parts"]
    ]
    return {**{name: plain(row[name]) for name in COLUMNS}, "parts": parts, "findings": row["findings"]}


def _slice(where: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for text in where:
        name, sign, value = text.partition("=")
        if not sign or not name.strip() or not value.strip():
            raise UsageError(f"--where {text!r} is not DIM=VALUE, as in segment=hybrid")
        found[name.strip()] = value.strip()
    return found
