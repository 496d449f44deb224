"""Which rows of a file the contract accepts, decided in SQL over the whole file at once."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

import duckdb

from orchestration.lib.contracts import Column, ObjectContract
from orchestration.lib.contracts.sql import SQL_TYPES, TYPE_WORDS, identifier, literal, typed

_FIELD = "chr(31)"
_NAME = "chr(30)"


def judge(connection: duckdb.DuckDBPyConnection, contract: ObjectContract, missing: Collection[str] = ()) -> None:
    """Turns the table ``arrived`` into ``judged``.

    Adds ``_reason``, ``_column``, ``_detail`` (null for an acceptable row), ``_key`` (128-bit, null
    when a part that is required has no value), ``_row_hash`` and ``_version`` (UTC, null when the
    object has none), ``_event_on`` (date, null when the object has no event date).

    ``missing`` names the columns that the file does not have at all; they are not looked at.

    A row is given the first fault found, in this order: its structure, values that are missing,
    of the wrong type, not allowed, and the contract's own rules.
    """
    names = list(contract.columns)
    raw = [f"r{place}" for place in range(len(names))]
    raw_of = dict(zip(names, raw, strict=True))
    renamed = ", ".join(f"{identifier(name)} as {raw_of[name]}" for name in names)
    typed_columns = ", ".join(
        f"{_typed(raw_of[name], column, name in missing)} as {identifier(name)}"
        for name, column in contract.columns.items()
    )
    faults = _faults(contract, raw_of, missing)
    whens = " ".join(f"when {condition} then {place}" for place, (condition, *_) in enumerate(faults, start=1))
    reasons = _choose([literal(reason) for _, reason, _, _ in faults])
    columns = _choose([literal(column) for _, _, column, _ in faults])
    details = _choose([detail for _, _, _, detail in faults])
    unstructured = "_fault is not null"
    version = identifier(contract.version) if contract.version else "null"
    event = identifier(contract.event_date) if contract.event_date else "null"
    connection.execute(
        f"""
        create or replace temp table judged as
        with renamed as (
            select _row_number, _fault, _fault_detail, _raw_record, _extra, {renamed} from arrived
        ),
        typed as (
            select *, {typed_columns} from renamed
        ),
        tested as (
            select *, case when {unstructured} then 0 {whens} else null end as _verdict from typed
        )
        select
            _row_number,
            {", ".join(f"{raw_of[name]} as {identifier(name)}" for name in names)},
            _extra,
            _raw_record,
            case when _verdict = 0 then _fault else {reasons} end as _reason,
            {columns} as _column,
            case when _verdict = 0 then _fault_detail else {details} end as _detail,
            {_key(contract, raw_of)} as _key,
            {_row_hash(contract, raw_of, missing)} as _row_hash,
            cast({version} as timestamp) as _version,
            cast({event} as date) as _event_on
        from tested
        """
    )
    connection.execute("drop table arrived")


def _typed(raw: str, column: Column, is_missing: bool) -> str:
    return f"cast(null as {SQL_TYPES[column.type]})" if is_missing else typed(raw, column.type)


def _choose(values: list[str]) -> str:
    """SQL of the value that belongs to ``_verdict``."""
    whens = " ".join(f"when {place} then {value}" for place, value in enumerate(values, start=1))
    return f"case _verdict {whens} end" if whens else "null"


def _faults(
    contract: ObjectContract, raw_of: dict[str, str], missing: Collection[str]
) -> list[tuple[str, str, str, str]]:
    """(condition, reason, column, SQL of the detail), in the order in which they are tested."""
    faults: list[tuple[str, str, str, str]] = []
    for name in contract.required:
        detail = literal(f"{name} has no value; it is required")
        faults.append((f"{_blank(raw_of[name])}", "missing_value", name, detail))
    present = {name: column for name, column in contract.columns.items() if name not in missing}
    for name, column in present.items():
        if column.type in ("id", "text"):
            continue
        detail = f"{_quoted(raw_of[name])} || {literal(f' in {name} is not {TYPE_WORDS[column.type]}')}"
        condition = f"(not {_blank(raw_of[name])} and {identifier(name)} is null)"
        faults.append((condition, "bad_type", name, detail))
    for name, column in present.items():
        faults += [
            (condition, "not_allowed", name, detail) for condition, detail in _limits(name, column, raw_of[name])
        ]
    for rule in contract.rejects:
        shown = " || ', ' || ".join(
            f"{literal(name + ' ')} || coalesce({raw_of[name]}, 'blank')" for name in _mentioned(rule.when, contract)
        )
        fault = f": {rule.reason.replace('_', ' ')}; correct it in the source"
        detail = f"{shown or literal(rule.column)} || {literal(fault)}"
        faults.append((f"coalesce({rule.when}, false)", rule.reason, rule.column, detail))
    return faults


def _blank(raw: str) -> str:
    return f"({raw} is null or trim({raw}) = '')"


def _quoted(raw: str) -> str:
    return f"chr(39) || left({raw}, 80) || chr(39)"


def _limits(name: str, column: Column, raw: str) -> list[tuple[str, str]]:
    """(condition, detail) for allowed values, least and greatest."""
    limits: list[tuple[str, str]] = []
    value = identifier(name)
    if column.allowed:
        listed = ", ".join(literal(choice) for choice in column.allowed)
        detail = f"{_quoted(raw)} || {literal(f' in {name} is not one of: ' + ', '.join(column.allowed))}"
        limits.append((f"(not {_blank(raw)} and {value} not in ({listed}))", detail))
    if column.min is not None:
        detail = f"{_quoted(raw)} || {literal(f' in {name} is below {_plain(column.min)}')}"
        limits.append((f"coalesce({value} < {column.min}, false)", detail))
    if column.max is not None:
        detail = f"{_quoted(raw)} || {literal(f' in {name} is above {_plain(column.max)}')}"
        limits.append((f"coalesce({value} > {column.max}, false)", detail))
    return limits


def _plain(number: Decimal) -> str:
    return f"{number:f}"


def _mentioned(condition: str, contract: ObjectContract) -> list[str]:
    words = set(condition.replace("(", " ").replace(")", " ").split())
    return [name for name in contract.columns if name in words]


def _key(contract: ObjectContract, raw_of: dict[str, str]) -> str:
    """SQL of the record's key as 128 bits; null when a required part of it is blank."""
    parts = ", ".join(f"coalesce(trim({raw_of[name]}), '')" for name in contract.key)
    needed = [name for name in contract.key if contract.columns[name].required]
    known = " and ".join(f"not {_blank(raw_of[name])}" for name in needed) or "true"
    return f"case when {known} then {key_hash(parts)} end"


def key_hash(parts: str) -> str:
    """SQL of the 128-bit hash of comma-separated text expressions."""
    return f"md5_number(concat_ws({_FIELD}, {parts}))"


def stored_key(contract: ObjectContract) -> str:
    """SQL of the key of a stored raw row, equal to ``judged._key`` for the same record."""
    return key_hash(", ".join(f"coalesce(trim({identifier(name)}), '')" for name in contract.key))


def _row_hash(contract: ObjectContract, raw_of: dict[str, str], missing: Collection[str]) -> str:
    """SHA-256 hex over ``name RS value`` of every column with a value, then the extras, joined by US.

    A column that is declared later and blank so far changes no hash. A row that could not be taken
    apart is hashed as it stands.
    """
    present = [name for name in contract.columns if name not in missing]
    parts = [f"{literal(name)} || {_NAME} || {raw_of[name]}" for name in present]
    content = ", ".join([_FIELD, *parts, "_extra"])
    return f"sha256(case when _fault is null then concat_ws({content}) else coalesce(_raw_record, '') end)"
