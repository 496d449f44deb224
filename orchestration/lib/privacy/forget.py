"""`postsale forget`: a person removed from everything that a home keeps, while every published number stays.

In this order, so that a run that is killed can be started again: the tombstones first (from then on no file brings the
person back), then the raw zone, the ledger and the logs, the records of people (they are how the person is recognized),
and at last a build anew, after which every earlier build is removed.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import duckdb

from orchestration.lib.config import Config
from orchestration.lib.contracts import load_connectors
from orchestration.lib.contracts.columns import ERASURE_COLUMNS
from orchestration.lib.contracts.sql import literal
from orchestration.lib.errors import PostsaleError, UsageError
from orchestration.lib.home import Home, HomeLock, published
from orchestration.lib.insert import create_table
from orchestration.lib.ledger import Ledger, settle
from orchestration.lib.ledger.entries import VALUE, WITHDRAWN
from orchestration.lib.ledger.redact import redact
from orchestration.lib.ledger.restated import is_same
from orchestration.lib.loader import prepare_raw_zone
from orchestration.lib.loader.landing import scan, split_name
from orchestration.lib.loader.zone import EMPTY, RawZone, session, write_table
from orchestration.lib.privacy.person import Person, find_person
from orchestration.lib.privacy.protect import erase, erase_record, is_of_people
from orchestration.lib.privacy.pseudonyms import Pseudonyms
from orchestration.lib.privacy.tombstones import Tombstones
from orchestration.lib.privacy.traces import files_with, holds

_COLUMNS = ("area", "file", "rows_changed", "hash_before", "hash_after")


@dataclass(frozen=True)
class Touched:
    """One file that an erasure changes, or removes (``hash_after`` None).

    ``area``: raw, quarantine, loads, ledger, log, history (of runs) or build.
    """

    area: str
    file: str
    rows_changed: int | None
    hash_before: str | None
    hash_after: str | None


@dataclass
class Erasure:
    """What was, or would be, done. ``still_held_by`` are files of the company's own that hold the person."""

    pseudonym: str
    is_staff: bool
    touched: list[Touched] = field(default_factory=list)
    still_held_by: list[str] = field(default_factory=list)
    build_id: str | None = None


def forget(home: Home, config: Config, wanted: str, out: TextIO, *, dry_run: bool = False) -> Erasure:
    """Removes the person with this e-mail address, or with a record of this id.

    Raises `UsageError` when nothing that is kept knows the person, `PostsaleError` when afterwards a published number
    differs or a file still holds the person; either names what and where.
    """
    pseudonyms = Pseudonyms.of(config)
    with HomeLock(home):
        zone = RawZone.of(home.path)
        if not any(zone.loads.glob("*.parquet")):
            raise UsageError(f"nothing was loaded in {home.path} yet, so there is nobody to forget")
        prepare_raw_zone(home.path)
        settle(home)
        tombstones = Tombstones.read_or_new(zone.tombstones)
        with session() as connection:
            person = find_person(connection, zone, wanted, pseudonyms, tombstones)
        if person is None:
            raise UsageError(
                "nothing that is kept knows this person: give the e-mail address, or the id of the contact or member "
                "of staff as its system writes it"
            )
        person.show(_display_names(home, person))
        pseudonym = person.remember(tombstones)
        erasure = Erasure(pseudonym, person.is_staff)
        if not dry_run:
            tombstones.write(zone.tombstones)
            zone.unfinished_erasure(pseudonym).touch()
        work = _Work(home, zone, tombstones, person, pseudonym, is_real=not dry_run)
        try:
            for touched in work.everything():
                erasure.touched.append(touched)
        finally:
            # What was changed is on record, also when the rest is left to the next run.
            if not dry_run:
                _record(zone, pseudonym, erasure.touched)
        erasure.still_held_by += _own_files(config, person)
        if dry_run:
            return erasure
        differing: list[tuple[str, str]] = []
        if published(home) is not None:
            erasure.build_id = _build_anew(home, config, person, out)
            differing = _differing_values(home, erasure.build_id)
        _remove_leftovers(home)
        left = [str(path.relative_to(home.path)) for path in files_with(home.path, person.needles)]
        if left:
            raise PostsaleError(
                f"{len(left)} files still hold the person, the first {left[0]}: run it again, then report the files"
            )
        zone.unfinished_erasure(pseudonym).unlink()
        if differing:
            raise PostsaleError(
                f"{len(differing)} published values differ after the erasure, the first {differing[0][0]}: "
                f"`postsale history {differing[0][1]}` names the cause; new files in the sources are one"
            )
        return erasure


class _Work:
    """Erases in one area after the other; with ``is_real`` false it says what it would do."""

    def __init__(
        self, home: Home, zone: RawZone, tombstones: Tombstones, person: Person, pseudonym: str, *, is_real: bool
    ) -> None:
        self._home = home
        self._zone = zone
        self._tombstones = tombstones
        self._person = person
        self._pseudonym = pseudonym
        self._is_real = is_real

    def everything(self) -> Iterator[Touched]:
        """Each file once it is done."""
        yield from self._loads()
        yield from self._quarantine()
        yield from self._objects(of_people=False)
        yield from self._ledger()
        yield from self._logs()
        yield from self._objects(of_people=True)
        yield from self._builds()

    def _touched(self, area: str, path: Path, rows: int | None, change: Callable[[], None] | None) -> Touched:
        before = _hash(path)
        if self._is_real and change is not None:
            change()
        after = _hash(path) if self._is_real and change is not None else None
        return Touched(area, path.relative_to(self._home.path).as_posix(), rows, before, after)

    def _objects(self, *, of_people: bool) -> Iterator[Touched]:
        """Stored rows. Their row hash stays: it is what they arrived as, and by which lineage names them."""
        with session() as connection:
            for connector_name, connector in load_connectors().items():
                for name, contract in connector.objects.items():
                    if is_of_people(contract) is not of_people:
                        continue
                    for path in self._files(self._zone.object_folder(connector_name, name)):
                        connection.execute(f"create or replace temp table stored as from {_parquet(path)}")
                        if erase(connection, "stored", connector_name, name, contract, self._tombstones):
                            rows = _differing(connection, path)
                            if rows:
                                yield self._touched("raw", path, rows, lambda: _rewrite(connection, path))  # noqa: B023

    def _quarantine(self) -> Iterator[Touched]:
        connectors = load_connectors()
        with session() as connection:
            for path in self._files(self._zone.quarantine):
                connection.execute(f"create or replace temp table stored as from {_parquet(path)}")
                changed = []
                for rowid, connector, name, file, raw, detail in connection.execute(
                    "select rowid, connector, object, file, raw_record, detail from stored"
                ).fetchall():
                    contract = connectors[connector].objects[name]
                    is_jsonl = split_name(file.rsplit("/", 1)[-1])[1] == "jsonl"
                    new_raw = raw and erase_record(raw, connector, name, contract, self._tombstones, is_jsonl=is_jsonl)
                    new_detail = detail and self._tombstones.in_text(detail)
                    if (new_raw, new_detail) != (raw, detail):
                        changed.append([new_raw, new_detail, rowid])
                if changed:
                    connection.executemany("update stored set raw_record = ?, detail = ? where rowid = ?", changed)
                    yield self._touched("quarantine", path, len(changed), lambda: _rewrite(connection, path))  # noqa: B023

    def _loads(self) -> Iterator[Touched]:
        """What a load says of a file: a header that is none may be somebody's row."""
        columns = ("detail", "columns_seen", "extra_columns")
        with session() as connection:
            told = connection.execute(
                f"select load_id, {', '.join(columns)} from {self._zone.loads_relation()} order by load_id"
            ).fetchall()
            for load_id, *row in told:
                new = [value and self._tombstones.in_text(value) for value in row]
                if new != row:
                    path = self._zone.manifest_file(load_id)
                    connection.execute(f"create or replace temp table stored as from {_parquet(path)}")
                    connection.execute(f"update stored set {', '.join(f'{name} = ?' for name in columns)}", new)
                    yield self._touched("loads", path, 1, lambda: _rewrite(connection, path))  # noqa: B023

    def _ledger(self) -> Iterator[Touched]:
        """Published values by the name of a member of staff."""
        ledger = Ledger.of(self._home.path)
        for segment in ledger.segments():
            before = _hash(segment)
            rows = redact(ledger, segment, self._slice_without, is_real=self._is_real)
            if rows:
                after = _hash(segment) if self._is_real else None
                yield Touched("ledger", segment.relative_to(self._home.path).as_posix(), rows, before, after)

    def _slice_without(self, text: str) -> str:
        """A slice that has the pseudonym instead of the display name, as the next build publishes it."""
        known = json.loads(text)
        new = {
            name: self._pseudonym if isinstance(value, str) and self._person.is_shown_as(value) else value
            for name, value in known.items()
        }
        return text if new == known else json.dumps(new, ensure_ascii=False)

    def _logs(self) -> Iterator[Touched]:
        """Text that tells of runs is rewritten; Dagster's history, a database, is removed when it names the person."""
        needles = self._person.needles
        for folder in (self._home.logs, self._home.dbt_logs, self._home.dbt_target):
            for path in files_with(folder, needles):
                yield self._touched("log", path, None, lambda: self._rewrite_text(path))  # noqa: B023
        history = self._home.dagster / "history"
        for path in list(files_with(history, needles)):
            yield self._touched("history", path, None, None)
        if self._is_real and history.exists() and any(files_with(history, needles)):
            shutil.rmtree(history)

    def _rewrite_text(self, path: Path) -> None:
        path.write_text(self._tombstones.in_text(path.read_text(errors="replace")), encoding="utf-8")

    def _builds(self) -> Iterator[Touched]:
        """Builds are removed once a new one is published."""
        for build in sorted(self._home.builds.iterdir()) if self._home.builds.is_dir() else ():
            warehouse = build / "warehouse.duckdb"
            if warehouse.is_file():
                yield self._touched("build", warehouse, None, None)

    @staticmethod
    def _files(folder: Path) -> list[Path]:
        return sorted(path for path in folder.rglob("*.parquet") if path.name != EMPTY)


def _parquet(path: Path) -> str:
    return f"read_parquet({literal(str(path))}, hive_partitioning=false)"


def _differing(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    row = connection.execute(f"select count(*) from (from stored except all from {_parquet(path)})").fetchone()
    assert row is not None
    return int(row[0])


def _rewrite(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """The same file with other content, exchanged in one step."""
    write_table(connection, "select * from stored order by rowid", path)


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _record(zone: RawZone, pseudonym: str, touched: list[Touched]) -> None:
    """The entry in `audit.erasure`: a file of its own that is never changed."""
    number = len([path for path in zone.erasures.glob("*.parquet") if path.name != EMPTY]) + 1
    erasure_id = f"{number:06d}-{pseudonym}"
    moment = datetime.now(UTC).replace(tzinfo=None)
    with session() as connection:
        rows = [[erasure_id, pseudonym, moment, *(getattr(one, name) for name in _COLUMNS)] for one in touched]
        nothing = [erasure_id, pseudonym, moment, "none", "", 0, None, None]
        create_table(connection, "entries", ERASURE_COLUMNS, rows or [nothing], temporary=True)
        write_table(connection, "select * from entries", zone.erasures / f"{erasure_id}.parquet")


def _own_files(config: Config, person: Person) -> list[str]:
    """Files in the company's own folders that still hold the person: they are not ours to change."""
    found = []
    for name, source in config.sources.items():
        path = getattr(source, "path", None)
        if path is None:
            continue
        for file in scan(path, load_connectors()[source.connector]).files:
            if holds(file.path, person.needles):
                found.append(f"{name}: {file.path}")
    return found


def _build_anew(home: Home, config: Config, person: Person, out: TextIO) -> str:
    """Builds from the changed raw zone with the clocks of the published build; returns the new build's id."""
    from orchestration.lib.run.request import RunRequest
    from orchestration.lib.run.runner import run_company

    before = published(home)
    assert before is not None
    clocks = hashlib.sha256(json.dumps([None, None]).encode()).hexdigest()
    is_latest = before.facts.get("fingerprint", {}).get("clocks") == clocks
    is_dated = before.facts.get("as_of_origin") == "argument"
    # Names of staff stand on the pages; of contacts they hold nothing.
    with_site = person.is_staff and before.site_build is not None
    run_company(
        RunRequest(
            config=str(config.file),
            as_of=str(before.facts["as_of"]) if is_dated else None,
            known_at=None if is_latest else str(before.facts["known_at"]),
            full_refresh=True,
            with_site=with_site,
        ),
        out=out,
    )
    after = published(home)
    assert after is not None
    return after.id


def _display_names(home: Home, person: Person) -> list[str]:
    """What the published build calls the person, as a member of staff."""
    build = published(home)
    if build is None:
        return []
    with duckdb.connect(str(build.path / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select display_name from (from marts.dim_person select email, display_name "
            "union from intermediate.int_renewal_owners select owner_email, owner) "
            "where list_contains($emails, lower(trim(email))) order by display_name",
            {"emails": sorted(person.emails)},
        ).fetchall()
    return [name for (name,) in rows if name]


def _differing_values(home: Home, build_id: str) -> list[tuple[str, str]]:
    """Values that were published before this build and are not what they were: (where, metric) of each."""
    with session() as connection:
        rows = connection.execute(
            f"""
            with entries as (
                select *, lag(value) over (
                    partition by metric, grain, metric_time, slice order by sequence
                ) as value_before
                from {Ledger.of(home.path).relation()} where kind in ('{VALUE}', '{WITHDRAWN}')
            )
            select metric, metric_time, slice, value_before, value from entries
            where build_id = $build_id and value_before is not null order by sequence
            """,
            {"build_id": build_id},
        ).fetchall()
    return [
        (f"{metric} of {metric_time} {slice_}", metric)
        for metric, metric_time, slice_, before, after in rows
        if not is_same(before, after)
    ]


def _remove_leftovers(home: Home) -> None:
    """Earlier builds, and what the tools keep beside them."""
    current = published(home)
    for build in home.builds.iterdir() if home.builds.is_dir() else ():
        if current is None or build.name != current.id:
            shutil.rmtree(build)
    for folder in (home.path / "site_work", home.path / "scratch", home.path / "replay"):
        shutil.rmtree(folder, ignore_errors=True)
