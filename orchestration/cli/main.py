"""`postsale`: the command line. Commands import what they need when they run, so that `--help` is quick."""

from __future__ import annotations

import os
import sys
import traceback
from importlib.metadata import version

import click

from orchestration.cli.check import check
from orchestration.cli.forget import forget
from orchestration.cli.history import history
from orchestration.cli.init import init
from orchestration.cli.quarantine import quarantine
from orchestration.cli.query import query
from orchestration.cli.run import run
from orchestration.cli.sample import sample
from orchestration.cli.serve import serve
from orchestration.cli.trace import trace
from orchestration.lib.errors import PostsaleError

INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(version("postsale"), prog_name="postsale")
def cli() -> None:
    """What happens after a SaaS sale, measured: retention, time to value, where people's time goes.

    \b
    State lives in $POSTSALE_HOME (default ./.postsale).
    Exit codes: 0 done, 1 a check failed, 2 the command, configuration or policy is wrong.
    """


for command in (init, check, run, serve, query, trace, history, quarantine, forget, sample):
    cli.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Entry point of the console script. Every error a user can mend is one line on standard error."""
    debug = os.environ.get("POSTSALE_DEBUG") == "1"
    try:
        cli.main(arguments, prog_name="postsale", standalone_mode=False)
    except click.exceptions.Abort:
        _fail("interrupted; run the same command again to go on from here", INTERRUPTED)
    except KeyboardInterrupt:
        _fail("interrupted; run the same command again to go on from here", INTERRUPTED)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        if debug:
            traceback.print_exc()
        _fail(f"{error.format_message()} (see postsale {_command(error)}--help)", 2)
    except PostsaleError as error:
        if debug:
            traceback.print_exc()
        _fail(str(error), error.exit_code)
    except BrokenPipeError:
        # the reader of our output (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    sys.exit(0)


def _command(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"{context.info_name} " if context and context.parent else ""


def _fail(message: str, code: int) -> None:
    click.echo(f"postsale: {message}", err=True)
    sys.exit(code)
