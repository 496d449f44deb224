"""`postsale sample`: write a synthetic company, with the right answers beside it."""

from __future__ import annotations

from pathlib import Path

import click

from orchestration.lib.sample.parameters import SEGMENTS, Parameters


@click.command(short_help="Write a synthetic company's exports and the right answers.")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--accounts",
    type=click.IntRange(min=1),
    default=Parameters.accounts,
    show_default=True,
    help="Customer accounts to simulate.",
)
@click.option(
    "--months", type=click.IntRange(min=1), default=Parameters.months, show_default=True, help="Months to simulate."
)
@click.option(
    "--seed", type=int, default=Parameters.seed, show_default=True, help="The same seed writes the same company."
)
@click.option(
    "--segment",
    "segments",
    type=click.Choice([habits.name for habits in SEGMENTS]),
    multiple=True,
    help="Only customers of this segment; may be repeated.  [default: all]",
)
@click.option("--no-churn", is_flag=True, help="Every contract is renewed in time or within grace; nobody leaves.")
@click.option("--no-csm", is_flag=True, help="Nobody has the function success: implementers own the customers.")
def sample(
    directory: Path, accounts: int, months: int, seed: int, segments: tuple[str, ...], no_churn: bool, no_csm: bool
) -> None:
    """Simulate a SaaS company and write its exports in the vendors' own shapes into DIRECTORY.

    Beside them: a `postsale.toml` that loads them, and `truth/` with the metrics and the planted faults.
    """
    from orchestration.lib.sample.write import write_parameters

    parameters = Parameters(
        accounts=accounts,
        months=months,
        seed=seed,
        segments=segments or Parameters.segments,
        has_churn=not no_churn,
        has_csms=not no_csm,
    )
    write_parameters(directory, parameters, on_progress=click.echo)
    click.echo(f"Written to {directory}. Next: postsale run --config {directory / 'postsale.toml'}")
