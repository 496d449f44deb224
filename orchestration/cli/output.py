"""Printing rows in the format that was asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from orchestration.lib.tables import as_csv, as_table, plain


def print_rows(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], output_format: str) -> None:
    """Print `rows` with `columns` in order. CSV and JSON carry full precision; tables round to six decimals."""
    listed = list(rows)
    if output_format == "json":
        click.echo(
            json.dumps(
                [{name: plain(row.get(name)) for name in columns} for row in listed], indent=2, ensure_ascii=False
            )
        )
    elif output_format == "csv":
        click.echo(as_csv(listed, columns), nl=False)
    else:
        click.echo(as_table(listed, columns))
