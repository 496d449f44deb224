"""Everything that was set aside: rows and files that the loader rejected, rows that point to nothing delivered.

The loader's are read from the raw zone, as they stand now; the rest from the published build, which alone can tell.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.lib.contracts.sql import literal
from orchestration.lib.errors import UsageError
from orchestration.lib.home import Home
from orchestration.lib.loader.zone import RawZone, session
from orchestration.lib.tables import plain

LOAD, BUILD = "load", "build"
OPEN, REPLAYED = "open", "replayed"
SHORTEST_ID = 4
SHOWN_ID = 8

_KEY_PARTS = ("stage", "load_id", "object", "file", "row_number", "record_id", "reason", "column_name")
_COLUMNS = (
    "quarantine_id",
    "stage",
    "status",
    "source",
    "connector",
    "object",
    "record_id",
    "file",
    "row_number",
    "load_id",
    "loaded_at",
    "known_at",
    "row_hash",
    "reason",
    "column_name",
    "detail",
    "raw_record",
    "replayed_by_load",
)


@dataclass(frozen=True)
class Fault:
    """One thing that was set aside. ``stage``: ``load`` (by the loader) or ``build`` (points to nothing delivered).

    ``row_number`` is None for a whole file; ``raw_record`` None for a whole file and at stage ``build``.
    ``status`` is ``open`` or ``replayed`` (by ``replayed_by_load``). Times are UTC.
    """

    quarantine_id: str
    stage: str
    status: str
    source: str
    connector: str
    object: str
    record_id: str | None
    file: str
    row_number: int | None
    load_id: str
    loaded_at: dt.datetime
    known_at: dt.datetime
    row_hash: str | None
    reason: str
    column_name: str | None
    detail: str | None
    raw_record: str | None
    replayed_by_load: str | None

    @property
    def is_whole_file(self) -> bool:
        """The loader refused the file as a whole."""
        return self.stage == LOAD and self.row_number is None

    @property
    def place(self) -> str:
        """File and row, for people."""
        return self.file if self.row_number is None else f"{self.file} row {self.row_number}"


@dataclass(frozen=True)
class Selection:
    """Which faults are meant; blank fields mean all. ``since`` is the first day of loading, UTC."""

    source: str | None = None
    object: str | None = None
    reason: str | None = None
    stage: str | None = None
    status: str | None = None
    since: dt.date | None = None

    def keeps(self, fault: Fault) -> bool:
        """Whether a fault is meant."""
        wanted = {name: value for name, value in vars(self).items() if name != "since" and value is not None}
        is_recent = self.since is None or fault.loaded_at.date() >= self.since
        return is_recent and all(getattr(fault, name) == value for name, value in wanted.items())


def list_faults(home: Home, selection: Selection | None = None) -> list[Fault]:
    """Faults in the order of loading, then of the file.

    Raises `UsageError` when nothing was ever loaded, or when the selection names a source, object or reason of which
    there is nothing in quarantine at all.
    """
    chosen = selection or Selection()
    faults = [*_rejected_at_load(home), *_rejected_at_build(home)]
    for name in ("source", "object", "reason"):
        wanted = getattr(chosen, name)
        known = sorted({getattr(fault, name) for fault in faults})
        if wanted is not None and known and wanted not in known:
            raise UsageError(f"nothing in quarantine has the {name} {wanted!r}; there are: {', '.join(known)}")
    return sorted(
        (fault for fault in faults if chosen.keeps(fault)),
        key=lambda fault: (fault.load_id, fault.file, fault.row_number or 0, fault.stage, fault.reason),
    )


def find_fault(home: Home, quarantine_id: str) -> Fault:
    """The fault with this id, or with the only id that starts so. Raises `UsageError` otherwise."""
    wanted = quarantine_id.strip().lower()
    found = [fault for fault in list_faults(home) if fault.quarantine_id.startswith(wanted)] if wanted else []
    exact = [fault for fault in found if fault.quarantine_id == wanted]
    if exact:
        return exact[0]
    if len(wanted) < SHORTEST_ID:
        raise UsageError(f"{quarantine_id!r} is too short for an id: give its first {SHOWN_ID} characters")
    if not found:
        raise UsageError(f"nothing in quarantine has the id {quarantine_id!r}; `postsale quarantine list` shows them")
    if len(found) > 1:
        several = ", ".join(fault.quarantine_id[: len(wanted) + 4] for fault in found[:5])
        raise UsageError(f"{quarantine_id!r} is the start of {len(found)} ids: {several}; give more of it")
    return found[0]


def counted(faults: Sequence[Fault], by: Sequence[str]) -> list[dict[str, Any]]:
    """Faults per value of ``by``: how many there are, how many are open, and where the first of them is."""
    groups: dict[tuple[Any, ...], list[Fault]] = {}
    for fault in faults:
        groups.setdefault(tuple(getattr(fault, name) for name in by), []).append(fault)
    return [
        {
            **dict(zip(by, key, strict=True)),
            "faults": len(group),
            "open": sum(fault.status == OPEN for fault in group),
            "replayed": sum(fault.status == REPLAYED for fault in group),
            "first": group[0].quarantine_id[:SHOWN_ID],
            "example": group[0].detail,
        }
        for key, group in sorted(groups.items(), key=lambda item: [str(part) for part in item[0]])
    ]


def load_balance(home: Home, selection: Selection, *, by_object: bool) -> list[dict[str, Any]]:
    """arrived = loaded + duplicate + quarantined, per load or per source and object.

    ``difference`` is what is unaccounted for, ``in_quarantine`` the rows that really lie there, ``replayed`` those of
    them that were mended and loaded after all. A file that was refused as a whole counts in ``refused_files``.
    """
    zone = _zone(home)
    key = ("source", "object") if by_object else ("load_id", "source", "object", "file", "status")
    keys = ", ".join(key)
    conditions = [
        f"{name} = {literal(wanted)}"
        for name, wanted in (("source", selection.source), ("object", selection.object))
        if wanted is not None
    ]
    if selection.since is not None:
        conditions.append(f"loaded_at >= date '{selection.since.isoformat()}'")
    where = " and ".join(conditions) or "true"
    return _records(
        home,
        f"""
        with set_aside as (
            select load_id, count(*) filter (row_number is not null) as in_quarantine
            from {zone.quarantine_relation()}
            group by load_id
        ),
        replayed as (
            select load_id, count(distinct row_number) as replayed from {zone.replays_relation()} group by load_id
        ),
        loads as (
            select *
            from {zone.loads_relation()}
            left join set_aside using (load_id)
            left join replayed using (load_id)
            where {where}
        )
        select
            {keys},
            {"count(*) as loads," if by_object else ""}
            sum(rows_arrived)::bigint as arrived,
            sum(rows_loaded)::bigint as loaded,
            sum(rows_duplicate)::bigint as duplicate,
            sum(rows_quarantined)::bigint as quarantined,
            sum(rows_arrived - rows_loaded - rows_duplicate - rows_quarantined)::bigint as difference,
            coalesce(sum(in_quarantine), 0)::bigint as in_quarantine,
            coalesce(sum(replayed), 0)::bigint as replayed,
            count(*) filter (status = 'quarantined') as refused_files
        from loads
        group by {keys}
        order by {keys}
        """,
    )


def _zone(home: Home) -> RawZone:
    zone = RawZone.of(home.path)
    if not any(zone.loads.glob("*.parquet")):
        raise UsageError(f"nothing was loaded in {home.path} yet: run `postsale run` first")
    return zone


def _rejected_at_load(home: Home) -> list[Fault]:
    zone = _zone(home)
    rows = _records(
        home,
        f"""
        with rejected as (
            select '{LOAD}' as stage, cast(null as varchar) as record_id, * from {zone.quarantine_relation()}
        ),
        replays as (
            select load_id, coalesce(row_number, -1) as place, max(replayed_by_load) as replayed_by_load
            from {zone.replays_relation()}
            group by all
        )
        select
            rejected.*,
            {quarantine_id("rejected")} as quarantine_id,
            replays.replayed_by_load,
            case when replays.replayed_by_load is null then '{OPEN}' else '{REPLAYED}' end as status
        from rejected
        left join replays
            on rejected.load_id = replays.load_id and coalesce(rejected.row_number, -1) = replays.place
        """,
    )
    return [_fault(row) for row in rows]


def _rejected_at_build(home: Home) -> list[Fault]:
    """Rows of the published build that point to nothing; none before a build was published.

    One that was mended stays listed as replayed until the next build takes it in.
    """
    if not home.warehouse.exists():
        return []
    mended = {
        (row["load_id"], row["row_number"]): row["replayed_by_load"]
        for row in _records(
            home,
            f"select load_id, row_number, max(replayed_by_load) as replayed_by_load "
            f"from {RawZone.of(home.path).replays_relation()} group by all",
        )
    }
    with duckdb.connect(str(home.warehouse.resolve()), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        result = connection.execute(f"select * from audit.quarantine where stage = '{BUILD}' order by quarantine_id")
        names = [column[0] for column in result.description]
        rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    for row in rows:
        row["replayed_by_load"] = mended.get((row["load_id"], row["row_number"]))
        row["status"] = REPLAYED if row["replayed_by_load"] else OPEN
    return [_fault(row) for row in rows]


def _fault(row: dict[str, Any]) -> Fault:
    values: dict[str, Any] = {name: row.get(name) for name in _COLUMNS}
    return Fault(**values)


def _records(home: Home, query: str) -> list[dict[str, Any]]:
    with session() as connection:
        result = connection.execute(query)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def quarantine_id(relation: str) -> str:
    """SQL of the key that `audit.quarantine` gives a fault (dbt macro `surrogate_key`)."""
    parts = [f"coalesce(replace(cast({relation}.{name} as varchar), '|', '||'), '~null')" for name in _KEY_PARTS]
    return f"md5({' || chr(32) || chr(124) || chr(32) || '.join(parts)})"


def as_row(fault: Fault) -> dict[str, Any]:
    """A fault as printed in a list."""
    return {
        "id": fault.quarantine_id[:SHOWN_ID],
        "stage": fault.stage,
        "source": fault.source,
        "object": fault.object,
        "file": fault.file,
        "row": fault.row_number,
        "reason": fault.reason,
        "column": fault.column_name,
        "status": fault.status,
        "detail": fault.detail,
    }


def as_record(fault: Fault) -> dict[str, Any]:
    """A fault with everything known of it, as JSON values."""
    return {name: plain(getattr(fault, name)) for name in _COLUMNS}
