"""`postsale trace`: from a number to its raw rows, and the number made again from them."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click

from orchestration.cli.options import format_option
from orchestration.lib.errors import PostsaleError, UsageError

GRAINS = ("day", "week", "month", "quarter", "year")


@click.command(short_help="From a number to its source rows, recomputed from them.")
@click.argument("metric")
@click.option(
    "--at",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Any day of the period whose number is traced.",
)
@click.option("--grain", type=click.Choice(GRAINS), default="month", show_default=True, help="Length of a period.")
@click.option("--where", multiple=True, metavar="DIM=VALUE", help="The slice, as in segment=hybrid; default the total.")
@click.option(
    "--rows",
    "row_limit",
    default=None,
    metavar="N|all",
    help="Rows of each list: default 10 in a table, all in CSV and JSON. `all` also lists events row by row.",
)
@click.option(
    "--package",
    type=click.Path(file_okay=False),
    default=None,
    metavar="DIR",
    help="Also write a folder that an auditor can check without this software.",
)
@format_option
def trace(
    metric: str,
    at: datetime,
    grain: str,
    where: tuple[str, ...],
    row_limit: str | None,
    package: str | None,
    output_format: str,
) -> None:
    """Take the published METRIC apart: definition, SQL, fact rows, raw rows; and recompute it from those rows alone.

    A number that cannot be recomputed exits 1 and names the row where the difference starts. A number that is empty
    traces to its reason.
    """
    from orchestration.lib.home import Home
    from orchestration.lib.trace import report
    from orchestration.lib.trace.question import Question, parse_where
    from orchestration.lib.trace.tracer import Tracer

    limit = _limit(row_limit, default=report.SHOWN_ROWS if output_format == "table" else None)
    question = Question.of(metric, at.date(), grain, parse_where(where))
    with Tracer(Home.from_environment()) as tracer:
        found = tracer.trace(question, package=Path(package) if package else None)
    if output_format == "json":
        click.echo(json.dumps(report.as_json(found, limit), indent=2, ensure_ascii=False))
    elif output_format == "csv":
        click.echo(report.as_csv(found, limit), nl=False)
    else:
        click.echo(report.as_text(found, limit), nl=False)
    if not found.reconciles:
        raise PostsaleError(f"{metric} {report.verdict(found)}")


def _limit(text: str | None, default: int | None) -> int | None:
    if text is None:
        return default
    if text == "all":
        return None
    if not text.isdigit() or int(text) < 1:
        raise UsageError(f"--rows {text!r} is neither a number of rows nor `all`")
    return int(text)
