"""`postsale quarantine`: what was set aside, why, and how it comes in after all."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from orchestration.cli.options import config_option, format_option
from orchestration.cli.output import print_rows
from orchestration.lib.errors import PostsaleError, UsageError

if TYPE_CHECKING:
    from orchestration.lib.quarantine import Effect, Preview, Selection

LIST_COLUMNS = ("id", "stage", "source", "object", "file", "row", "reason", "column", "status", "detail")
COUNT_COLUMNS = ("faults", "open", "replayed", "first", "example")
BALANCE_COLUMNS = (
    "arrived",
    "loaded",
    "duplicate",
    "quarantined",
    "difference",
    "in_quarantine",
    "replayed",
    "refused_files",
)
LOAD_COLUMNS = ("load_id", "source", "object", "file", "status", *BALANCE_COLUMNS)
OBJECT_COLUMNS = ("source", "object", "loads", *BALANCE_COLUMNS)
ROWS_OF_A_TABLE = 200
RECORDS_SHOWN = 5
# Outcomes of a replay after which the raw zone holds another version of a record.
CHANGING = ("adds", "supersedes", "older version")

_Command = TypeVar("_Command", bound=Callable[..., Any])


@click.group(short_help="What was set aside, why, and how it comes in after all.")
def quarantine() -> None:
    """List what was set aside, show a row with its fault and mend, load it after all.

    A row that breaks its contract never reaches a number: it lies in quarantine with its file, its row and the reason.
    So does a row that points to an account or onboarding that was never delivered.
    """


def _selection_options(command: _Command) -> _Command:
    for option in reversed(
        (
            click.option("--source", metavar="NAME", default=None, help="Only this source of postsale.toml."),
            click.option("--object", "object_name", metavar="NAME", default=None, help="Only this object."),
            click.option("--reason", metavar="WORD", default=None, help="Only this reason, as in bad_type."),
            click.option(
                "--since",
                type=click.DateTime(["%Y-%m-%d"]),
                metavar="DATE",
                default=None,
                help="Only what was loaded on this day (UTC) or later.",
            ),
        )
    ):
        command = option(command)
    return command


@quarantine.command("list", short_help="What was set aside, or counts of it.")
@_selection_options
@click.option(
    "--stage",
    type=click.Choice(["load", "build"]),
    default=None,
    help="load: broke its contract. build: points to something that was not delivered.",
)
@click.option("--status", type=click.Choice(["open", "replayed"]), default=None, help="Default: both.")
@click.option(
    "--by",
    type=click.Choice(["reason", "object", "source", "file"]),
    default=None,
    help="Count instead of listing.",
)
@click.option(
    "--loads",
    "balance",
    flag_value="load",
    default=None,
    help="Per load instead: arrived = loaded + duplicate + quarantined.",
)
@click.option("--objects", "balance", flag_value="object", help="The same per source and object.")
@format_option
def list_command(
    source: str | None,
    object_name: str | None,
    reason: str | None,
    since: datetime | None,
    stage: str | None,
    status: str | None,
    by: str | None,
    balance: str | None,
    output_format: str,
) -> None:
    """Print what is in quarantine, oldest first, each with the id that `show` and `replay` take.

    With --loads or --objects: what became of every row that arrived. Exit 1 when a row is unaccounted for.
    """
    from orchestration.lib.home import Home
    from orchestration.lib.quarantine import counted, list_faults, load_balance
    from orchestration.lib.quarantine.faults import as_row

    home = Home.from_environment()
    chosen = _chosen(source, object_name, reason, since, stage, status)
    if balance is not None:
        if by or reason or stage or status:
            raise UsageError("--loads and --objects count every row: they go with --source, --object and --since only")
        rows = load_balance(home, chosen, by_object=balance == "object")
        print_rows(rows, OBJECT_COLUMNS if balance == "object" else LOAD_COLUMNS, output_format)
        torn = [row for row in rows if row["difference"] or row["quarantined"] != row["in_quarantine"]]
        if torn:
            place = ", ".join(str(torn[0][name]) for name in ("load_id", "source", "object") if name in torn[0])
            raise PostsaleError(
                f"{place}: arrived {torn[0]['arrived']}, but {torn[0]['loaded']} loaded, {torn[0]['duplicate']} "
                f"duplicate and {torn[0]['in_quarantine']} in quarantine; restore the raw zone from its copy"
            )
        return
    faults = list_faults(home, chosen)
    if by is not None:
        names = {"reason": ("source", "object", "reason"), "object": ("source", "object"), "source": ("source",)}
        keys = names.get(by, ("source", "object", "file"))
        print_rows(counted(faults, keys), (*keys, *COUNT_COLUMNS), output_format)
        return
    shown = faults if output_format != "table" else faults[:ROWS_OF_A_TABLE]
    print_rows([as_row(fault) for fault in shown], LIST_COLUMNS, output_format)
    if len(shown) < len(faults):
        click.echo(f"… and {len(faults) - len(shown)} more: narrow it down, or ask for --format csv", err=True)


@quarantine.command("show", short_help="One row or file: what arrived, what is wrong, how to mend it.")
@click.argument("quarantine_id", metavar="ID")
@format_option
def show(quarantine_id: str, output_format: str) -> None:
    """Show what is known of ID (its first characters will do, as in `quarantine list`)."""
    from orchestration.lib.home import Home
    from orchestration.lib.quarantine import find_fault
    from orchestration.lib.quarantine.explain import explain

    home = Home.from_environment()
    told = explain(home, find_fault(home, quarantine_id))
    if output_format == "json":
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    elif output_format == "csv":
        flat = {name: value for name, value in told.items() if name != "record"}
        print_rows([flat], list(flat), "csv")
    else:
        _print_told(told)


def _print_told(told: Mapping[str, Any]) -> None:
    width = max(len(name) for name in told)
    for name, value in told.items():
        if name not in ("record", "raw_record") and value is not None:
            click.echo(f"{name.ljust(width)}  {value}")
    if told["record"]:
        click.echo("\nThe record as it arrived:")
        rows = [{"column": name, "value": _short(value)} for name, value in told["record"].items()]
        print_rows(rows, ("column", "value"), "table")
    elif told["raw_record"]:
        click.echo(f"\nThe record as it arrived:\n{told['raw_record']}")


def _short(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value


@quarantine.command("replay", short_help="Load mended rows after all; shows first what they would change.")
@click.argument("quarantine_ids", metavar="[ID]...", nargs=-1)
@_selection_options
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="COLUMN=VALUE",
    help="Mend a column; may be repeated. A blank VALUE takes the value away.",
)
@click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    default=None,
    help="A file with the mended row of each ID, in their order; or a mended copy of a file that was refused.",
)
@click.option("--yes", is_flag=True, help="Load them. Without it nothing is changed.")
@config_option
@format_option
def replay_command(
    quarantine_ids: tuple[str, ...],
    source: str | None,
    object_name: str | None,
    reason: str | None,
    since: datetime | None,
    settings: tuple[str, ...],
    file: Path | None,
    yes: bool,
    config: str | None,
    output_format: str,
) -> None:
    """Judge quarantined rows again, mended or as they are, and load those that the contract accepts now.

    First it shows, row by row, what would be added or superseded, and what that does to the published numbers:
    the published build's models are run again over a copy. With --yes the rows are then appended to the raw zone as a
    load of their own, known from now on; what was stored stays, and the quarantined row names the load. The next
    `postsale run` builds with them. Exit 1 when a row is still not acceptable.
    """
    from orchestration.lib.config import load_config
    from orchestration.lib.home import Home
    from orchestration.lib.privacy import Pseudonyms
    from orchestration.lib.quarantine import Replay, find_fault, list_faults, preview, replay

    home = Home.from_environment()
    filters = (source, object_name, reason, since)
    if bool(quarantine_ids) == any(filters):
        raise UsageError("name the rows by ID, or by --source, --object, --reason and --since, one of the two")
    if quarantine_ids:
        faults = [find_fault(home, one) for one in dict.fromkeys(quarantine_ids)]
    else:
        faults = list_faults(home, _chosen(source, object_name, reason, since, "load", "open"))
        faults = [fault for fault in faults if fault.source != "policy"]
    request = Replay(tuple(faults), _changes(settings), file, Pseudonyms.of(load_config(config)))
    before = preview(home, request)
    loads = replay(home, request) if yes and before.rows and not _refused(before) else []
    if output_format == "json":
        click.echo(json.dumps(_as_json(before, [record.load_id for record in loads]), indent=2, ensure_ascii=False))
    elif output_format == "csv":
        print_rows(_rows(before), ROW_COLUMNS, "csv")
    else:
        _print_preview(before)
    if _refused(before):
        first = before.rejected[0]
        raise PostsaleError(
            f"{len(before.rejected)} of {len(before.rows)} rows are still rejected, the first because of "
            f"{first.row.reason}: {first.row.detail}; nothing was loaded"
        )
    if output_format == "table":
        for record in loads:
            click.echo(
                f"Loaded as {record.load_id}: {record.rows_loaded} rows, {record.rows_duplicate} duplicate, "
                f"{record.rows_quarantined} quarantined. `postsale run` builds with them."
            )
        if not yes:
            click.echo("Nothing was changed. Add --yes to load them.")


ROW_COLUMNS = ("id", "source", "object", "place", "outcome", "changes", "detail")


def _refused(before: Preview) -> bool:
    """Rows named one by one have to be acceptable; of a whole file, those that are not are set aside again."""
    return any(not judged.fault.is_whole_file for judged in before.rejected) or (
        bool(before.rows) and len(before.rejected) == len(before.rows)
    )


def _rows(before: Preview) -> list[dict[str, Any]]:
    from orchestration.lib.quarantine.faults import SHOWN_ID

    return [
        {
            "id": judged.fault.quarantine_id[:SHOWN_ID],
            "source": judged.fault.source,
            "object": judged.fault.object,
            "place": f"{judged.fault.file} row {judged.row.row_number}",
            "outcome": judged.row.outcome,
            "changes": "; ".join(
                f"{name}: {'–' if old is None else old} → {'–' if new is None else new}"
                if judged.row.before is not None
                else f"{name}: {new}"
                for name, (old, new) in judged.row.changes.items()
            )
            if judged.row.outcome in CHANGING
            else None,
            "detail": judged.row.detail,
        }
        for judged in before.rows
    ]


def _print_preview(before: Preview) -> None:
    rows = _rows(before)
    shown = tuple(name for name in ROW_COLUMNS if name != "changes")
    print_rows(rows[:ROWS_OF_A_TABLE], shown, "table")
    if len(rows) > ROWS_OF_A_TABLE:
        click.echo(f"… and {len(rows) - ROWS_OF_A_TABLE} more")
    changing = [judged for judged in before.rows if judged.row.outcome in CHANGING]
    for judged in changing[:RECORDS_SHOWN]:
        click.echo(f"\n{judged.fault.object}, {judged.fault.file} row {judged.row.row_number}: {judged.row.outcome}")
        columns = [{"column": name, "now": old, "then": new} for name, (old, new) in judged.row.changes.items()]
        print_rows(columns, ("column", "now", "then"), "table")
    if len(changing) > RECORDS_SHOWN:
        click.echo(f"… and {len(changing) - RECORDS_SHOWN} more records: --format csv or json lists them all")
    if before.effect is None:
        click.echo(f"\nEffect on the published numbers: not computed: {before.no_effect_because}.")
        return
    _print_effect(before.effect)


def _print_effect(effect: Effect) -> None:
    click.echo(f"\nEffect on the numbers of build {effect.build_id}, computed over a copy of it:")
    if not effect.tables:
        click.echo("none: no fact or dimension behind the headline metrics would change")
        return
    print_rows([vars(change) for change in effect.tables], ("table", "removed", "added"), "table")
    if effect.accounts:
        click.echo("\nARR by account, at the latest month-end that would change")
        rows = [vars(change) for change in effect.accounts]
        print_rows(rows, ("account_id", "account_name", "month_end", "before", "after", "months"), "table")
    click.echo("\nHeadline metrics, at the latest month that would change")
    print_rows(_latest(effect), ("metric", "metric_time", "before", "after", "difference", "months"), "table")
    same = [name for name in effect.computed if name not in {change.metric for change in effect.metrics}]
    if same:
        click.echo(f"Unchanged: {', '.join(same)}")


def _latest(effect: Effect) -> list[dict[str, Any]]:
    found = []
    for metric in effect.computed:
        changes = [change for change in effect.metrics if change.metric == metric]
        if changes:
            last = changes[-1]
            known = last.before is not None and last.after is not None
            found.append(
                {
                    **vars(last),
                    "difference": last.after - last.before if known else None,  # type: ignore[operator]
                    "months": len(changes),
                }
            )
    return found


def _as_json(before: Preview, load_ids: Sequence[str]) -> dict[str, Any]:
    from orchestration.lib.tables import plain

    effect = before.effect
    return {
        "rows": _rows(before),
        "effect": None
        if effect is None
        else {
            "build_id": effect.build_id,
            "tables": [vars(change) for change in effect.tables],
            "accounts": [{k: plain(v) for k, v in vars(change).items()} for change in effect.accounts],
            "metrics": [{k: plain(v) for k, v in vars(change).items()} for change in effect.metrics],
            "computed": list(effect.computed),
        },
        "no_effect_because": before.no_effect_because,
        "loads": list(load_ids),
    }


def _changes(settings: Sequence[str]) -> dict[str, str]:
    found = {}
    for text in settings:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise UsageError(f"--set {text!r} is not COLUMN=VALUE")
        found[name.strip()] = value
    return found


def _chosen(
    source: str | None,
    object_name: str | None,
    reason: str | None,
    since: datetime | None,
    stage: str | None,
    status: str | None,
) -> Selection:
    from orchestration.lib.quarantine import Selection

    return Selection(source, object_name, reason, stage, status, since.date() if since else None)
