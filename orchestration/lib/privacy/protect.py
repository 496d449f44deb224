"""Rows of one object, protected: marked columns replaced by pseudonyms, erased people replaced by their tombstones."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import duckdb

from orchestration.lib.contracts import ObjectContract
from orchestration.lib.contracts.sql import identifier, literal
from orchestration.lib.privacy.pseudonyms import Pseudonyms, pseudonym
from orchestration.lib.privacy.tombstones import DOMAIN, EMAIL, ID, Tombstones, id_of

WITHHELD = "(withheld: the row holds personal data and cannot be taken apart; see its file)"
_WITHHELD_VALUE = "withheld"
# Objects whose records are people; elsewhere a person is only mentioned.
PERSON_OBJECTS = ("contacts", "people")


def pseudonymise(
    connection: duckdb.DuckDBPyConnection, contract: ObjectContract, pseudonyms: Pseudonyms, *, is_jsonl: bool
) -> None:
    """Replaces the marked columns of the table ``arrived``, before its rows are judged and hashed.

    Of staff only e-mail addresses are replaced: their names stand on the pages. Columns that the contract does not
    know may hold anything, so their values are withheld when one of the object's columns is replaced; so is the text
    of a row that cannot be taken apart.
    """
    columns = [
        name
        for name, column in contract.columns.items()
        if column.personal in pseudonyms.marks and (column.personal != "staff" or column.type == "email")
    ]
    if not columns:
        return
    pseudonyms.install(connection)
    changes = [f"{identifier(name)} = {pseudonym(name, contract.columns[name].type)}" for name in columns]
    connection.execute(f"update arrived set {', '.join(changes)}, _extra = {_keys_only()}")
    _withhold_raw(connection, "arrived", contract, is_jsonl=is_jsonl)


def _keys_only() -> str:
    """SQL of ``_extra`` with its keys alone."""
    pair = f"to_json(key) || ':' || {literal(chr(34) + _WITHHELD_VALUE + chr(34))}"
    return (
        "case when _extra is not null then '{' || array_to_string("
        f"list_transform(json_keys(_extra), lambda key: {pair}), ',') || '}}' end"
    )


def _withhold_raw(
    connection: duckdb.DuckDBPyConnection, table: str, contract: ObjectContract, *, is_jsonl: bool
) -> None:
    """The record as it arrived, made anew from the protected columns."""
    whole = "null"
    if is_jsonl:
        whole = f"cast(json_merge_patch(coalesce(_extra, '{{}}'), {_record(contract)}) as varchar)"
    connection.execute(
        f"update {table} set _raw_record = case when _fault is null then {whole} else {literal(WITHHELD)} end "
        "where _raw_record is not null"
    )


def _record(contract: ObjectContract) -> str:
    """SQL of the declared columns as a JSON object, each where the vendor writes it."""
    tree: dict[str, Any] = {}
    for name, column in contract.columns.items():
        *parents, leaf = (column.path or name).split(".")
        level = tree
        for parent in parents:
            level = level.setdefault(parent, {})
        level[leaf] = identifier(name)

    def rendered(level: dict[str, Any]) -> str:
        pairs = ", ".join(
            f"{literal(key)}, {rendered(value) if isinstance(value, dict) else value}" for key, value in level.items()
        )
        return f"json_object({pairs})"

    return rendered(tree)


def is_of_people(contract: ObjectContract) -> bool:
    """Whether the object's records are people, and say who."""
    return contract.canonical in PERSON_OBJECTS and bool(own_columns(contract))


def own_email(contract: ObjectContract) -> str | None:
    """The column with a person's own address, in an object whose records are people."""
    return next(
        (name for name, column in contract.columns.items() if column.type == "email" and name.lower() == "email"), None
    )


def own_columns(contract: ObjectContract) -> list[str]:
    """Columns that say who a person is: all that are marked but addresses of other people (a manager's)."""
    email = own_email(contract)
    return [
        name
        for name, column in contract.columns.items()
        if column.personal and (column.type != "email" or name == email)
    ]


def _is_own_name(contract: ObjectContract, name: str) -> bool:
    """Whether a column holds what the record's own person is called: in another's record it is a namesake's."""
    return is_of_people(contract) and name in own_columns(contract) and contract.columns[name].personal != "free_text"


def erase(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    connector: str,
    object_name: str,
    contract: ObjectContract,
    tombstones: Tombstones,
    *,
    is_jsonl: bool = False,
) -> bool:
    """Replaces erased people in a table of raw columns (``arrived``, ``judged`` or stored rows); True when any was.

    A person's own record loses everything that says who it is. Elsewhere addresses, marked ids, and full names within
    texts are replaced; texts keep their length. ``_raw_record``, where the table has it, follows.
    """
    names = {row[0] for row in connection.execute(f"describe {table}").fetchall()}
    has_raw = "_raw_record" in names
    is_changed = False
    if is_of_people(contract):
        is_changed |= _erase_people(connection, table, connector, object_name, contract, tombstones)
    for name, column in contract.columns.items():
        if column.personal is None:
            continue
        if column.type == "email":
            is_changed |= _replace(connection, table, name, lambda value: _address(tombstones, value))
        elif column.type == "id":
            is_changed |= _replace(
                connection, table, name, lambda value: tombstones.find(ID, id_of(connector, "*", value))
            )
        elif not _is_own_name(contract, name):
            is_changed |= _replace(connection, table, name, lambda value: _text(tombstones, value))
    is_changed |= _replace(connection, table, "_extra", lambda value: _text(tombstones, value))
    if has_raw:
        _erase_raw(connection, table, connector, object_name, contract, tombstones, is_changed, is_jsonl)
    return is_changed


def _address(tombstones: Tombstones, value: str) -> str | None:
    found = tombstones.find(EMAIL, value)
    return f"{found}@{DOMAIN}" if found else None


def _text(tombstones: Tombstones, value: str) -> str | None:
    changed = tombstones.in_text(value)
    return changed if changed != value else None


def _replace(
    connection: duckdb.DuckDBPyConnection, table: str, name: str, replacement: Callable[[str], str | None]
) -> bool:
    column = identifier(name)
    values = connection.execute(f"select distinct {column} from {table} where {column} is not null").fetchall()
    changed = [(value, new) for (value,) in values if (new := replacement(value)) is not None and new != value]
    if not changed:
        return False
    _map(connection, changed)
    connection.execute(f"update {table} set {column} = erased._new from erased where {column} = erased._old")
    return True


def _map(connection: duckdb.DuckDBPyConnection, pairs: Iterable[tuple[str, str]]) -> None:
    connection.execute("create or replace temp table erased (_old varchar, _new varchar)")
    connection.executemany("insert into erased values (?, ?)", [list(pair) for pair in pairs])


def _erase_people(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    connector: str,
    object_name: str,
    contract: ObjectContract,
    tombstones: Tombstones,
) -> bool:
    """The records that are the person's own."""
    key, email = contract.key[0], own_email(contract)
    address = identifier(email) if email else "cast(null as varchar)"
    people = []
    for record_id, mail in connection.execute(f"select distinct {identifier(key)}, {address} from {table}").fetchall():
        found = tombstones.find(ID, id_of(connector, object_name, record_id or "")) or tombstones.find(EMAIL, mail)
        if found:
            people.append((record_id, mail, found))
    if not people:
        return False
    connection.execute("create or replace temp table erased_people (_id varchar, _mail varchar, _pseudonym varchar)")
    connection.executemany("insert into erased_people values (?, ?, ?)", [list(person) for person in people])
    changes = []
    for name in own_columns(contract):
        new = f"_pseudonym || {literal('@' + DOMAIN)}" if contract.columns[name].type == "email" else "_pseudonym"
        changes.append(f"{identifier(name)} = case when {identifier(name)} is not null then {new} end")
    connection.execute(
        f"update {table} set {', '.join([*changes, f'_extra = {_keys_only()}'])} from erased_people "
        f"where {identifier(key)} is not distinct from erased_people._id "
        f"and {address} is not distinct from erased_people._mail"
    )
    return True


def _erase_raw(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    connector: str,
    object_name: str,
    contract: ObjectContract,
    tombstones: Tombstones,
    is_changed: bool,
    is_jsonl: bool,
) -> None:
    """Records as they arrived: made anew where rows could be taken apart, withheld where a person is named in them."""
    if is_changed:
        whole = (
            f"cast(json_merge_patch(coalesce(_extra, '{{}}'), {_record(contract)}) as varchar)" if is_jsonl else "null"
        )
        connection.execute(f"update {table} set _raw_record = {whole} where _raw_record is not null and _fault is null")
    torn = connection.execute(
        f"select distinct _raw_record from {table} where _fault is not null and _raw_record is not null"
    ).fetchall()
    named = [(text, WITHHELD) for (text,) in torn if names_person(text, connector, object_name, tombstones)]
    if named:
        _map(connection, named)
        connection.execute(f"update {table} set _raw_record = erased._new from erased where _raw_record = erased._old")


def names_person(text: str, connector: str, object_name: str, tombstones: Tombstones) -> bool:
    """Whether a text that cannot be taken apart names an erased person, by address, full name or record id."""
    if tombstones.in_text(text) != text:
        return True
    words = text.replace('"', " ").replace(",", " ").replace(";", " ").replace("|", " ").split()
    return any(tombstones.find(ID, id_of(connector, object_name, word)) for word in words)


def erase_record(
    text: str, connector: str, object_name: str, contract: ObjectContract, tombstones: Tombstones, *, is_jsonl: bool
) -> str:
    """The text of one record as it arrived, with erased people replaced; withheld when it cannot be taken apart."""
    try:
        record = json.loads(text)
    except ValueError:
        record = None
    if not isinstance(record, dict):
        return WITHHELD if names_person(text, connector, object_name, tombstones) else text
    changed = _erase_leaves(record, tombstones)
    if is_of_people(contract):
        email = own_email(contract)
        found = tombstones.find(
            ID, id_of(connector, object_name, _at(record, contract.key[0], contract, is_jsonl) or "")
        )
        found = found or (tombstones.find(EMAIL, _at(record, email, contract, is_jsonl)) if email else None)
        for name in own_columns(contract) if found else ():
            new = f"{found}@{DOMAIN}" if contract.columns[name].type == "email" else found
            _put(changed, name, contract, is_jsonl, new)
    if changed == record:
        return text
    return json.dumps(changed, ensure_ascii=False, separators=(",", ":"))


def _erase_leaves(value: Any, tombstones: Tombstones) -> Any:
    if isinstance(value, dict):
        return {key: _erase_leaves(inner, tombstones) for key, inner in value.items()}
    if isinstance(value, list):
        return [_erase_leaves(inner, tombstones) for inner in value]
    return tombstones.in_text(value) if isinstance(value, str) else value


def _path(name: str, contract: ObjectContract, is_jsonl: bool) -> list[str]:
    path = contract.columns[name].path
    return path.split(".") if path and is_jsonl else [name]


def _at(record: Any, name: str, contract: ObjectContract, is_jsonl: bool) -> str | None:
    for part in _path(name, contract, is_jsonl):
        record = record.get(part) if isinstance(record, dict) else None
    return None if record is None else str(record)


def _put(record: dict[str, Any], name: str, contract: ObjectContract, is_jsonl: bool, value: str | None) -> None:
    """Replaces a value that is there."""
    *parents, leaf = _path(name, contract, is_jsonl)
    level: Any = record
    for part in parents:
        level = level.get(part) if isinstance(level, dict) else None
    if isinstance(level, dict) and level.get(leaf) is not None:
        level[leaf] = value
