"""A quarantined record, taken apart, mended and written down again in the format it came in."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from orchestration.lib.contracts import ObjectContract, load_connectors
from orchestration.lib.contracts.sql import identifier, literal
from orchestration.lib.errors import UsageError
from orchestration.lib.loader.landing import split_name
from orchestration.lib.loader.ledger import LoadRecord
from orchestration.lib.loader.zone import RawZone, session
from orchestration.lib.quarantine.faults import BUILD, LOAD, SHOWN_ID, Fault

_DELIMITERS = (",", ";", "\t", "|")


def contract_of(fault: Fault) -> ObjectContract:
    """The contract that the record has to meet, as it is now."""
    return load_connectors()[fault.connector].objects[fault.object]


def is_jsonl(fault: Fault) -> bool:
    """Whether the record came as a line of JSON."""
    return split_name(fault.file.rsplit("/", 1)[-1])[1] == "jsonl"


def record_of(fault: Fault, original: LoadRecord, zone: RawZone) -> dict[str, Any]:
    """The record as it arrived: a JSON object for JSONL, else text by column.

    Raises `UsageError` for a whole file, and for a record that cannot be taken apart.
    """
    short = fault.quarantine_id[:SHOWN_ID]
    if fault.is_whole_file:
        raise UsageError(
            f"{short} is a whole file: save a mended copy of {fault.file} and give it with --file, "
            "or deliver it again in its place"
        )
    if fault.stage == BUILD:
        return _stored(fault, zone)
    assert fault.raw_record is not None
    parsed = _object(fault.raw_record)
    if parsed is None and not is_jsonl(fault):
        parsed = _line(fault.raw_record, json.loads(original.columns_seen or "[]"))
    if parsed is None:
        raise UsageError(
            f"{short} cannot be taken apart ({fault.reason}): write the row as it should be to a file"
            f"{'' if is_jsonl(fault) else ', under a header,'} and give it with --file"
        )
    return parsed


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _line(text: str, header: Sequence[str]) -> dict[str, Any] | None:
    """A CSV row by its header, when some separator gives it the right number of fields."""
    for delimiter in _DELIMITERS:
        try:
            rows = list(csv.reader([text], delimiter=delimiter, strict=True))
        except csv.Error:
            continue
        if len(rows) == 1 and len(rows[0]) == len(header) > 1:
            return dict(zip(header, rows[0], strict=True))
    return None


def _stored(fault: Fault, zone: RawZone) -> dict[str, Any]:
    """A row that was loaded and points to nothing, from the raw zone."""
    contract = contract_of(fault)
    names = ", ".join(identifier(name) for name in contract.columns)
    with session() as connection:
        row = connection.execute(
            f"select {names}, _extra from {zone.object_relation(fault.connector, fault.object)} "
            f"where _load_id = {literal(fault.load_id)} and _row_number is not distinct from $row_number "
            f"and _file = {literal(fault.file)} and not _is_withdrawn",
            {"row_number": fault.row_number},
        ).fetchone()
    if row is None:
        raise UsageError(f"{fault.quarantine_id[:SHOWN_ID]}: {fault.place} is not in the raw zone any more")
    record: dict[str, Any] = _object(row[-1] or "{}") or {}
    for name, value in zip(contract.columns, row[:-1], strict=True):
        if value is not None:
            _put(record, _path(name, contract, fault), value)
    return record


def mended(record: Mapping[str, Any], changes: Mapping[str, str], fault: Fault) -> dict[str, Any]:
    """The record with ``changes`` by declared column; a blank takes the value away. Raises `UsageError`."""
    contract = contract_of(fault)
    by_lower = {name.lower(): name for name in contract.columns}
    changed: dict[str, Any] = json.loads(json.dumps(record))
    for given, value in changes.items():
        name = by_lower.get(given.lower())
        if name is None:
            raise UsageError(f"{fault.object} has no column {given!r}; there are: {', '.join(contract.columns)}")
        path = _path(name, contract, fault)
        if len(path) == 1:
            # The file may write the name in another case.
            path = [next((key for key in changed if key.lower() == path[0].lower()), path[0])]
        _put(changed, path, value or None)
    return changed


def _path(name: str, contract: ObjectContract, fault: Fault) -> list[str]:
    declared = contract.columns[name].path
    return declared.split(".") if declared and is_jsonl(fault) else [name]


def _put(record: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for part in path[:-1]:
        inner = record.get(part)
        if not isinstance(inner, dict):
            inner = record[part] = {}
        record = inner
    record[path[-1]] = value


def value_at_fault(record: Mapping[str, Any], fault: Fault) -> str | None:
    """The value that was rejected; None where the fault is not in one column."""
    if fault.column_name is None or fault.column_name not in contract_of(fault).columns:
        return None
    value: Any = record
    for part in _path(fault.column_name, contract_of(fault), fault):
        value = value.get(part) if isinstance(value, Mapping) else None
    return None if value is None else _text(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def write_records(records: Sequence[Mapping[str, Any]], target: Path, fault: Fault) -> Path:
    """Writes records in the format that their reader takes: ``target`` with the ending that goes with it."""
    if is_jsonl(fault):
        path = target.with_suffix(".jsonl")
        path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
        return path
    path = target.with_suffix(".csv")
    header = list(dict.fromkeys(name for record in records for name in record))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        for record in records:
            writer.writerow(["" if record.get(name) is None else _text(record[name]) for name in header])
    return path


def how_to_mend(fault: Fault) -> str:
    """What to do about it, with the command."""
    short = fault.quarantine_id[:SHOWN_ID]
    command = f"postsale quarantine replay {short}"
    # What a build finds wrong it names by the canonical column, which need not be one of the vendor's.
    known = fault.column_name in contract_of(fault).columns
    column = fault.column_name if known else "COLUMN"
    if fault.source == "policy":
        return f"correct {fault.file} in policy_dir; every run reads it anew"
    if fault.stage == BUILD:
        return (
            f"nothing, when what it points to is delivered: the next run takes the row in by itself; "
            f"or correct the reference: {command} --set {column}=VALUE"
        )
    if fault.is_whole_file:
        return f"correct the file in its folder and run again; or load a mended copy: {command} --file MENDED"
    if fault.reason == "conflicting_duplicate":
        return f"correct the source and deliver again; or let this row stand as the newer version: {command}"
    if fault.raw_record is not None and (_object(fault.raw_record) is not None or fault.column_name is not None):
        return f"correct the source and deliver again; or: {command} --set {column}=VALUE"
    return (
        f"export the file again; or write the row as it should be to a file"
        f"{'' if is_jsonl(fault) else ', under a header'}: {command} --file MENDED"
    )


def is_replayable(fault: Fault) -> bool:
    """Policy files are read anew by every run, so there is nothing to replay."""
    return fault.source != "policy" and fault.stage in (LOAD, BUILD)
