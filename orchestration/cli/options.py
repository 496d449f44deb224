"""Options that several commands share."""

from __future__ import annotations

import click

config_option = click.option(
    "--config",
    "config",
    metavar="FILE",
    default=None,
    help="postsale.toml to use. Default: $POSTSALE_CONFIG, ./postsale.toml, then the bundled sample company.",
)
format_option = click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="How to print rows.",
)
