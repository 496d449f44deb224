"""JSON Lines files into the temporary table ``arrived``.

As with CSV, DuckDB's reader reads a file as long as every line is a JSON value and none is blank;
otherwise the lines are numbered one by one first, so that a bad line costs neither its neighbours nor
the count.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb

from orchestration.lib.contracts import ObjectContract
from orchestration.lib.contracts.sql import identifier, literal
from orchestration.lib.loader.arrival import Arrival, require_columns
from orchestration.lib.loader.inspect import TextFacts

_LARGEST_LINE = 1 << 24


def read_jsonl(
    connection: duckdb.DuckDBPyConnection, facts: TextFacts, contract: ObjectContract, scratch: Path
) -> Arrival:
    """Reads the file; raises FileFaultError ``missing_column`` when no record has a required column."""
    is_plain = not facts.has_blank_line and not facts.has_bom
    if not (is_plain and _lines_fast(connection, facts.plain)):
        _lines_carefully(connection, facts, scratch)
    _extract(connection, contract, facts.ends_with_newline)
    row = connection.execute("select count(*), count(*) filter (_fault is null) from arrived").fetchone()
    assert row is not None
    arrived, readable = row
    seen = _keys(connection)
    found = _found(connection, contract, seen)
    if readable:
        require_columns(contract, found, seen)
    declared_roots = {_path(name, contract)[0] for name in contract.columns}
    extra = tuple(name for name in seen if name not in declared_roots)
    missing = tuple(name for name in contract.columns if name not in found)
    return Arrival(arrived, tuple(seen), extra, missing)


def _lines_fast(connection: duckdb.DuckDBPyConnection, file: Path) -> bool:
    try:
        connection.execute(
            f"create or replace temp table lines as select row_number() over () as _row_number, "
            f"json::varchar as _line from read_json_objects({literal(str(file))}, format='newline_delimited', "
            f"ignore_errors=true, compression='uncompressed', maximum_object_size={_LARGEST_LINE})"
        )
    except duckdb.Error:
        return False
    row = connection.execute("select coalesce(bool_or(_line is null), false) from lines").fetchone()
    assert row is not None
    return not row[0]


def _lines_carefully(connection: duckdb.DuckDBPyConnection, facts: TextFacts, scratch: Path) -> None:
    scratch.mkdir(parents=True, exist_ok=True)
    clean = scratch / "careful.csv"
    with (
        facts.plain.open(encoding="utf-8-sig", newline="\n") as source,
        clean.open("w", encoding="utf-8", newline="") as target,
    ):
        writer = csv.writer(target, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for number, line in enumerate(source, start=1):
            if line.strip():
                writer.writerow([number, line.strip("\r\n")])
    connection.execute(
        f"create or replace temp table lines as select cast(_row_number as bigint) as _row_number, _line "
        f"from read_csv({literal(str(clean))}, columns={{'_row_number': 'varchar', '_line': 'varchar'}}, "
        f"auto_detect=false, header=false, new_line='\\n', delim=',', quote='\"', escape='\"', parallel=false, "
        f"strict_mode=true, "
        f"max_line_size={_LARGEST_LINE}, buffer_size={4 * _LARGEST_LINE}) order by 1"
    )
    clean.unlink()


def _path(name: str, contract: ObjectContract) -> list[str]:
    declared = contract.columns[name].path
    return declared.split(".") if declared else [name]


def _json_path(parts: list[str]) -> str:
    return "$" + "".join(f'."{part}"' for part in parts)


def _extract(connection: duckdb.DuckDBPyConnection, contract: ObjectContract, ends_with_newline: bool) -> None:
    """Turns ``lines`` into ``arrived``: one text column per declared column, the rest into ``_extra``."""
    names = list(contract.columns)
    paths = ", ".join(literal(_json_path(_path(name, contract))) for name in names)
    columns = ", ".join(f"nullif(_values[{place}], '') as {identifier(name)}" for place, name in enumerate(names, 1))
    removal, roots = _removal(contract)
    # Taking the declared members out of a nested object may leave it empty; that is nothing extra.
    emptied = ", ".join(
        f"case when _roots[{place}] = '{{}}' then {literal(json.dumps(root) + ':null')} end"
        for place, root in enumerate(roots, start=1)
    )
    extra = f"json_merge_patch(_rest, '{{' || concat_ws(',', {emptied}) || '}}')" if roots else "_rest"
    root_paths = ", ".join(literal(_json_path([root])) for root in roots)
    invalid = (
        "'invalid_json'" if ends_with_newline else "case when _is_last then 'truncated_line' else 'invalid_json' end"
    )
    connection.execute(
        f"""
        create or replace temp table arrived as
        with numbered as (
            select
                _row_number,
                _line,
                _row_number = (select max(_row_number) from lines) as _is_last,
                coalesce(json_valid(_line), false) as _is_json
            from lines
        ),
        judged as (
            select *, _is_json and json_type(case when _is_json then _line end) = 'OBJECT' as _is_object from numbered
        ),
        split as (
            select
                *,
                json_extract_string(case when _is_object then _line end, [{paths}]) as _values,
                json_merge_patch(case when _is_object then _line end, {literal(json.dumps(removal))}) as _rest
            from judged
        ),
        emptied as (
            select *, {f"json_extract_string(_rest, [{root_paths}])" if roots else "null"} as _roots from split
        )
        select
            _row_number,
            case when _is_object then null when _is_json then 'invalid_json' else {invalid} end as _fault,
            case
                when _is_object then null
                when _is_json then 'the line is valid JSON but not an object; write one object per line'
                when _is_last and not {str(ends_with_newline).lower()}
                    then 'the file ends inside this line; export it again'
                else 'the line is not valid JSON; write one whole object per line'
            end as _fault_detail,
            _line as _raw_record,
            {columns},
            case when _is_object then nullif(cast({extra} as varchar), '{{}}') end as _extra
        from emptied
        order by _row_number
        """
    )
    connection.execute("drop table lines")


def _removal(contract: ObjectContract) -> tuple[dict[str, object], list[str]]:
    """A merge patch that takes every declared value out of a record, and the roots of nested paths."""
    patch: dict[str, object] = {}
    roots: list[str] = []
    for name in contract.columns:
        *parents, leaf = _path(name, contract)
        level = patch
        for parent in parents:
            inner = level.setdefault(parent, {})
            assert isinstance(inner, dict), f"{parent} is declared both as a value and as an object"
            level = inner
        level[leaf] = None
        if parents and parents[0] not in roots:
            roots.append(parents[0])
    return patch, roots


def _keys(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Top-level keys of the file's records, in the order in which they first appear."""
    rows = connection.execute(
        """
        select key
        from (
            select unnest(json_keys(_raw_record)) as key, _row_number
            from arrived where _fault is null
        )
        group by key order by min(_row_number), key
        """
    ).fetchall()
    return [row[0] for row in rows]


def _found(connection: duckdb.DuckDBPyConnection, contract: ObjectContract, seen: list[str]) -> set[str]:
    """Declared columns that at least one record has, null values included."""
    found = {name for name in contract.columns if contract.columns[name].path is None and name in seen}
    nested = [name for name in contract.columns if contract.columns[name].path and _path(name, contract)[0] in seen]
    if nested:
        tests = ", ".join(
            f"coalesce(bool_or(json_exists(_raw_record, {literal(_json_path(_path(name, contract)))})), false)"
            for name in nested
        )
        row = connection.execute(f"select {tests} from arrived where _fault is null").fetchone()
        assert row is not None
        found |= {name for name, is_there in zip(nested, row, strict=True) if is_there}
    return found
