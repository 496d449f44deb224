"""`postsale query`: any metric, any slice, from the semantic layer."""

from __future__ import annotations

from datetime import datetime

import click

from orchestration.cli.options import config_option, format_option
from orchestration.cli.output import print_rows

GRAINS = ("day", "week", "month", "quarter", "year")


class QueryCommand(click.Command):
    """Lets `--by` take several dimensions, as in `query nrr --by segment csm --grain quarter`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Repeat `--by` before each of its values; before any metric it takes one value only."""
        spread: list[str] = []
        metrics_seen = by_seen = value_seen = False
        for word in args:
            if word.startswith("-") and len(word) > 1:
                by_seen, value_seen = word == "--by", False
                spread.append(word)
                continue
            if by_seen and value_seen and metrics_seen:
                spread.append("--by")
            elif not by_seen and not (spread and spread[-1].startswith("--") and "=" not in spread[-1]):
                metrics_seen = True
            value_seen = True
            spread.append(word)
        return super().parse_args(ctx, spread)


@click.command(cls=QueryCommand, short_help="Any metric, any slice, from the semantic layer.")
@click.argument("metrics", metavar="METRIC...", nargs=-1, required=True)
@click.option(
    "--by",
    multiple=True,
    metavar="DIM...",
    help="Dimensions to slice by: segment, csm, team, industry, region, product, …",
)
@click.option("--grain", type=click.Choice(GRAINS), default="month", show_default=True, help="Length of a period.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", default=None, help="First day of interest.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", default=None, help="Last day of interest.")
@click.option(
    "--where",
    default=None,
    metavar="EXPR",
    help="Condition on dimensions, as in \"segment = 'hybrid' and region <> 'EMEA'\".",
)
@config_option
@format_option
def query(
    metrics: tuple[str, ...],
    by: tuple[str, ...],
    grain: str,
    since: datetime | None,
    until: datetime | None,
    where: str | None,
    config: str | None,
    output_format: str,
) -> None:
    """Print metrics of the published build, by period and dimension.

    Numbers come from the build published in $POSTSALE_HOME; a --config that is given only has to be a valid one.

    Ratios are fractions (0.9739). At quarter and year grain a stock is its value at the period's last
    month-end and a flow is the period's sum. An empty value means: nothing to divide by, or not connected.
    """
    from orchestration.lib.config import load_config
    from orchestration.lib.home import Home
    from orchestration.lib.semantic import SemanticLayer

    if config:
        load_config(config)
    dimensions = tuple(name.strip() for value in by for name in value.split(",") if name.strip())
    with SemanticLayer.open(Home.from_environment()) as layer:
        result = layer.query(
            metrics,
            by=dimensions,
            grain=grain,
            since=since.date() if since else None,
            until=until.date() if until else None,
            where=where,
        )
    rows = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
    print_rows(rows, result.columns, output_format)
