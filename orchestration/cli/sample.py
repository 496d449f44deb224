"""`postsale sample`: write a synthetic company, with the right answers beside it."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(short_help="Write a synthetic company's exports and the right answers.")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--accounts", type=click.IntRange(min=10), default=300, show_default=True, help="Customer accounts to simulate."
)
@click.option("--months", type=click.IntRange(min=6), default=36, show_default=True, help="Months to simulate.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed writes the same company.")
def sample(directory: Path, accounts: int, months: int, seed: int) -> None:
    """Simulate a SaaS company and write its exports in the vendors' own shapes into DIRECTORY.

    Beside them: a `postsale.toml` that loads them, and `truth/` with the metrics and the planted faults.
    """
    from orchestration.lib.sample import write_company

    write_company(directory, accounts=accounts, months=months, seed=seed, on_progress=click.echo)
    click.echo(f"Written to {directory}. Next: postsale run --config {directory / 'postsale.toml'}")
