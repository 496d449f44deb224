"""Replaying: what mended rows would change, then loading them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from orchestration.lib.contracts import load_connectors
from orchestration.lib.errors import PostsaleError, UsageError
from orchestration.lib.home import Home, HomeLock, published
from orchestration.lib.loader import LoadRecord, prepare_raw_zone
from orchestration.lib.loader.ledger import Ledger
from orchestration.lib.loader.replay import REJECTED, JudgedRow, MendedFile, replaying
from orchestration.lib.loader.zone import RawZone, session
from orchestration.lib.privacy import Pseudonyms
from orchestration.lib.quarantine.effect import Arriving, Effect, effect_of
from orchestration.lib.quarantine.faults import REPLAYED, SHOWN_ID, Fault
from orchestration.lib.quarantine.mend import is_replayable, mended, record_of, write_records

WORK = "replay"


@dataclass(frozen=True)
class Replay:
    """What is to be replayed: faults, and how they are mended.

    ``changes`` by column apply to each fault; ``file`` holds the mended rows, one per fault and in their order, or all
    rows of a file that was refused as a whole. Without either the records are judged again as they are.
    """

    faults: tuple[Fault, ...]
    changes: Mapping[str, str]
    file: Path | None = None
    pseudonyms: Pseudonyms | None = None

    def checked(self) -> Replay:
        """The same, or `UsageError` when it cannot be done."""
        if not self.faults:
            raise UsageError("nothing is selected; `postsale quarantine list` shows what there is")
        if self.changes and self.file:
            raise UsageError("give --set or --file, not both")
        for fault in self.faults:
            short = fault.quarantine_id[:SHOWN_ID]
            if not is_replayable(fault):
                raise UsageError(f"{short}: {fault.file} is policy, which every run reads anew: correct the file")
            if fault.status == REPLAYED:
                raise UsageError(f"{short} was replayed by load {fault.replayed_by_load} already")
        if self.file is not None:
            loads = {fault.load_id for fault in self.faults}
            if len(loads) > 1 or (len(self.faults) > 1 and any(fault.is_whole_file for fault in self.faults)):
                raise UsageError("--file takes rows of one file: give the ids of one load, or one refused file")
        return self


@dataclass(frozen=True)
class JudgedFault:
    """A fault and what loading its mended row would do."""

    fault: Fault
    row: JudgedRow


@dataclass(frozen=True)
class Preview:
    """What a replay would do: row by row, and to the published numbers (None: nothing is published to compare with)."""

    rows: tuple[JudgedFault, ...]
    effect: Effect | None
    no_effect_because: str | None = None

    @property
    def rejected(self) -> tuple[JudgedFault, ...]:
        """Rows that the contract still refuses."""
        return tuple(judged for judged in self.rows if judged.row.outcome == REJECTED)


class StillRejectedError(PostsaleError):
    """Mended rows that the contract still refuses; nothing was loaded."""


def preview(home: Home, request: Replay) -> Preview:
    """Judges the mended rows and computes what they would change. Writes nothing but scratch files.

    The effect comes from the published build's own models, run again over the published rows and these: no estimate.
    """
    request = request.checked()
    with HomeLock(home), _work(home) as work:
        prepare_raw_zone(home.path)
        build = published(home)
        known_at = None if build is None else datetime.fromisoformat(str(build.facts["known_at"]))
        rows: list[JudgedFault] = []
        arriving: list[Arriving] = []
        for source, group in _by_source(request.faults).items():
            connector = load_connectors()[group[0].connector]
            with replaying(home.path, source, connector, request.pseudonyms) as session_:
                for number, (part, faults) in enumerate(_mended_files(home, request, group, work / source)):
                    target = work / source / f"rows-{number}.parquet"
                    judged = session_.preview(part, target, known_at)
                    rows += _paired(faults, judged)
                    arriving.append(Arriving(connector.connector, part.original.object, target))
        if all(judged.row.outcome == REJECTED for judged in rows):
            return Preview(tuple(rows), None, "none of the rows is acceptable")
        if build is None:
            return Preview(tuple(rows), None, "nothing was published yet")
        effect, reason = effect_of(home, arriving, work / "build")
        return Preview(tuple(rows), effect, reason)


def replay(home: Home, request: Replay) -> list[LoadRecord]:
    """Loads the mended rows: one load per file they had come in. Returns the loads' records.

    Raises `StillRejectedError` before anything is written when a row is still not acceptable. Rows of a mended copy
    of a whole file are treated like those of any file: what is wrong with one sets that one aside.
    """
    request = request.checked()
    records: list[LoadRecord] = []
    with HomeLock(home), _work(home) as work:
        prepare_raw_zone(home.path)
        refused = [judged for judged in _judged_again(home, request, work) if not judged.fault.is_whole_file]
        if refused:
            first = refused[0]
            more = f" (and {len(refused) - 1} more)" if len(refused) > 1 else ""
            raise StillRejectedError(
                f"{first.fault.quarantine_id[:SHOWN_ID]} {first.fault.place}: still {first.row.reason}: "
                f"{first.row.detail}{more}; nothing was loaded"
            )
        for source, group in _by_source(request.faults).items():
            connector = load_connectors()[group[0].connector]
            with replaying(home.path, source, connector, request.pseudonyms) as session_:
                for part, _ in _mended_files(home, request, group, work / source):
                    records.append(session_.load(part))
    return records


def _judged_again(home: Home, request: Replay, work: Path) -> Iterator[JudgedFault]:
    """Rows that are still rejected."""
    for source, group in _by_source(request.faults).items():
        connector = load_connectors()[group[0].connector]
        with replaying(home.path, source, connector, request.pseudonyms) as session_:
            for part, faults in _mended_files(home, request, group, work / source):
                judged = session_.preview(part, work / source / "rows.parquet", None)
                yield from (one for one in _paired(faults, judged) if one.row.outcome == REJECTED)


@contextmanager
def _work(home: Home) -> Iterator[Path]:
    """A folder below the state directory that is gone when the work is done, whatever happened."""
    folder = home.path / WORK
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _by_source(faults: Sequence[Fault]) -> dict[str, list[Fault]]:
    groups: dict[str, list[Fault]] = {}
    for fault in faults:
        groups.setdefault(fault.source, []).append(fault)
    return groups


def _mended_files(
    home: Home, request: Replay, faults: Sequence[Fault], folder: Path
) -> Iterator[tuple[MendedFile, list[Fault]]]:
    """One mended file per load that the faults were met in."""
    folder.mkdir(parents=True, exist_ok=True)
    zone = RawZone.of(home.path)
    with session() as connection:
        originals = {record.load_id: record for record in Ledger(zone, connection).records}
    by_load: dict[str, list[Fault]] = {}
    for fault in faults:
        by_load.setdefault(fault.load_id, []).append(fault)
    for load_id, group in by_load.items():
        original = originals[load_id]
        if request.file is not None:
            rows = None if group[0].is_whole_file else _rows(group)
            yield MendedFile(original, request.file, rows), group
            continue
        # In the order of the file, once each: a row may be listed under two faults.
        once = list({fault.row_number: fault for fault in sorted(group, key=lambda one: one.row_number or 0)}.values())
        records = [mended(record_of(fault, original, zone), request.changes, fault) for fault in once]
        path = write_records(records, folder / f"mended-{load_id}", once[0])
        yield MendedFile(original, path, _rows(once)), once


def _rows(faults: Sequence[Fault]) -> tuple[int, ...]:
    return tuple(fault.row_number for fault in faults if fault.row_number is not None)


def _paired(faults: Sequence[Fault], judged: Sequence[JudgedRow]) -> list[JudgedFault]:
    by_row = {fault.row_number: fault for fault in faults}
    return [JudgedFault(by_row.get(row.row_number, faults[0]), row) for row in judged]
