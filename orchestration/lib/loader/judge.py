"""Which rows of a file the contract accepts, decided in SQL over the whole file at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from orchestration.lib.contracts import Column, ObjectContract
from orchestration.lib.contracts.sql import SQL_TYPES, TYPE_WORDS, identifier, literal, typed

_FIELD = "chr(31)"
_NAME = "chr(30)"


@dataclass(frozen=True)
class Fault:
    """One thing that may be wrong with a row of ``judged`` whose ``_verdict`` is its number.

    ``column`` and ``detail`` are SQL over ``judged``; so is ``reason``.
    """

    reason: str
    column: str
    detail: str


def judge(
    connection: duckdb.DuckDBPyConnection, contract: ObjectContract, missing: Collection[str] = ()
) -> list[Fault]:
    """Turns the table ``arrived`` into ``judged``, and says what its verdicts mean.

    Adds ``_verdict`` (a place in the returned list; null for an acceptable row), ``_key`` (128 bits,
    null when a part that is required has no value), ``_row_hash``, ``_version`` (UTC, null when the
    object has none) and ``_event_on`` (date, null when the object has no event date).

    ``missing`` names the columns that the file does not have at all; they are not looked at.

    A row is given the first fault found, in this order: its structure, values that are missing,
    of the wrong type, not allowed, and the contract's own rules.
    """
    raw_of = {name: f"r{place}" for place, name in enumerate(contract.columns)}
    renamed = ", ".join(f"{identifier(name)} as {raw}" for name, raw in raw_of.items())
    typed_columns = ", ".join(
        f"{_typed(raw_of[name], column, name in missing)} as {identifier(name)}"
        for name, column in contract.columns.items()
    )
    tests = [("_fault is not null", Fault("_fault", "cast(null as varchar)", "_fault_detail"))]
    tests += _tests(contract, raw_of, missing)
    verdict = " ".join(f"when {condition} then {place}" for place, (condition, _) in enumerate(tests))
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
        )
        select
            _row_number,
            _fault,
            _fault_detail,
            {", ".join(f"{raw} as {identifier(name)}" for name, raw in raw_of.items())},
            _extra,
            _raw_record,
            case {verdict} end as _verdict,
            {_key(contract, raw_of)} as _key,
            {_row_hash(contract, raw_of, missing)} as _row_hash,
            cast({version} as timestamp) as _version,
            cast({event} as date) as _event_on
        from typed
        """
    )
    connection.execute("drop table arrived")
    return [fault for _, fault in tests]


def _typed(raw: str, column: Column, is_missing: bool) -> str:
    return f"cast(null as {SQL_TYPES[column.type]})" if is_missing else typed(raw, column.type)


def _tests(contract: ObjectContract, raw_of: dict[str, str], missing: Collection[str]) -> list[tuple[str, Fault]]:
    """(condition, fault), in the order in which they are tested.

    In a condition ``r0 …`` is the text of a column and its name the typed value; ``judged`` has the
    text under the name again.
    """
    tests: list[tuple[str, Fault]] = []
    for name in contract.required:
        detail = literal(f"{name} has no value; it is required")
        tests.append((_blank(raw_of[name]), Fault(literal("missing_value"), literal(name), detail)))
    present = {name: column for name, column in contract.columns.items() if name not in missing}
    for name, column in present.items():
        if column.type in ("id", "text"):
            continue
        detail = f"{_quoted(name, column)} || {literal(f' in {name} is not {TYPE_WORDS[column.type]}')}"
        condition = f"(not {_blank(raw_of[name])} and {identifier(name)} is null)"
        tests.append((condition, Fault(literal("bad_type"), literal(name), detail)))
    for name, column in present.items():
        for condition, words in _limits(name, column, raw_of[name]):
            detail = f"{_quoted(name, column)} || {literal(f' in {name} {words}')}"
            tests.append((condition, Fault(literal("not_allowed"), literal(name), detail)))
    for rule in contract.rejects:
        shown = " || ', ' || ".join(
            f"{literal(name + ' ')} || coalesce({identifier(name)}, 'blank')"
            for name in _mentioned(rule.when, contract)
        )
        words = f": {rule.reason.replace('_', ' ')}; correct it in the source"
        fault = Fault(
            literal(rule.reason), literal(rule.column), f"{shown or literal(rule.column)} || {literal(words)}"
        )
        tests.append((f"coalesce({rule.when}, false)", fault))
    return tests


def _blank(raw: str) -> str:
    return f"({raw} is null or trim({raw}) = '')"


def _quoted(name: str, column: Column) -> str:
    """The value as it is quoted in a sentence; personal data are in the record alone."""
    if column.personal:
        return literal("the value")
    return f"chr(39) || left({identifier(name)}, 80) || chr(39)"


def _limits(name: str, column: Column, raw: str) -> list[tuple[str, str]]:
    """(condition, what is said of the value) for allowed values, least and greatest."""
    limits: list[tuple[str, str]] = []
    value = identifier(name)
    if column.allowed:
        listed = ", ".join(literal(choice) for choice in column.allowed)
        words = f"is not one of: {', '.join(column.allowed)}"
        limits.append((f"(not {_blank(raw)} and {value} not in ({listed}))", words))
    if column.min is not None:
        limits.append((f"coalesce({value} < {column.min}, false)", f"is below {_plain(column.min)}"))
    if column.max is not None:
        limits.append((f"coalesce({value} > {column.max}, false)", f"is above {_plain(column.max)}"))
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
