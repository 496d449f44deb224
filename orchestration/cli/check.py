"""`postsale check`: validate configuration, policy and inputs without building."""

from __future__ import annotations

import sys

import click

from orchestration.cli.options import config_option, format_option
from orchestration.cli.output import print_rows

COLUMNS = ("severity", "source", "object", "file", "row", "reason", "detail", "mend")


@click.command(short_help="Validate configuration, policy and inputs without building.")
@config_option
@format_option
def check(config: str | None, output_format: str) -> None:
    """List each problem with its file and row, and how to mend it. Nothing is built and nothing is changed.

    Errors stop a run; warnings are rows and files that a run sets aside; notices ask for a look.
    """
    from orchestration.lib.checks import check_company, exit_code
    from orchestration.lib.config import load_config
    from orchestration.lib.run.progress import progress_to, tick

    loaded = load_config(config)
    with progress_to(sys.stderr):
        problems = check_company(loaded, on_progress=tick)
    if output_format == "table":
        for problem in problems:
            click.echo(str(problem))
        click.echo(_verdict([problem.severity for problem in problems], str(loaded.file)))
    else:
        print_rows([{name: getattr(problem, name) for name in COLUMNS} for problem in problems], COLUMNS, output_format)
    sys.exit(exit_code(problems))


def _verdict(severities: list[str], file: str) -> str:
    if not severities:
        return f"{file}: nothing to mend"
    counted = ", ".join(
        f"{count} {name}{'s' if count > 1 else ''}"
        for name in ("error", "warning", "notice")
        if (count := severities.count(name))
    )
    return f"{file}: {counted}" + ("; a run would stop" if "error" in severities else "")
