"""CSV files into the temporary table ``arrived``.

DuckDB's reader is fast and loses count: it passes over empty lines, cuts values at stray quotes and
drops what it cannot parse. So it reads a file only as long as every record is well formed; the first
sign of anything else sends the file to the careful reader, which says row by row what is wrong.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from orchestration.lib.contracts import ObjectContract
from orchestration.lib.contracts.sql import identifier, literal
from orchestration.lib.loader.arrival import Arrival, match_columns
from orchestration.lib.loader.inspect import FileFaultError, TextFacts, count_records

# A value that no file holds: what the reader pads a short row with, so that it differs from an empty cell.
_PADDING = "\u241epostsale padding\u241e"
_DELIMITERS = (",", ";", "\t", "|")
# A stray quote swallows what follows up to this size at most; a longer value is a fault.
_LARGEST_VALUE = 1 << 21


def read_csv(
    connection: duckdb.DuckDBPyConnection, facts: TextFacts, contract: ObjectContract, scratch: Path
) -> Arrival:
    """Reads the file; raises FileFaultError when its header does not fit the contract."""
    delimiter, header, header_row = _header(facts.plain, contract)
    positions = match_columns(contract, header)
    plan = _Plan(contract, header, positions)
    is_plain = header_row == 1 and not facts.has_blank_line and facts.newline is not None
    if not (is_plain and _read_fast(connection, facts, plan, delimiter)):
        _read_carefully(connection, facts, plan, delimiter, scratch)
    is_nothing = f"_fault is null and {plan.nothing_in_row}"
    row = connection.execute(f"select count(*), count(*) filter ({is_nothing}) from arrived").fetchone()
    assert row is not None
    rows, nothing = row
    if nothing:
        connection.execute(f"delete from arrived where {is_nothing}")
    return Arrival(rows - nothing, tuple(header), plan.extra, plan.missing)


class _Plan:
    """How the fields of the file, ``f0 … fn``, become the contract's columns."""

    def __init__(self, contract: ObjectContract, header: list[str], positions: dict[str, int]) -> None:
        self.width = len(header)
        self.fields = [f"f{position}" for position in range(self.width)]
        self.missing = tuple(name for name in contract.columns if name not in positions)
        declared = set(positions.values())
        extras = [(name or f"column_{place + 1}", place) for place, name in enumerate(header) if place not in declared]
        self.extra = tuple(name for name, _ in extras)
        self.columns = ", ".join(
            f"nullif(f{positions[name]}, '') as {identifier(name)}"
            if name in positions
            else f"cast(null as varchar) as {identifier(name)}"
            for name in contract.columns
        )
        self.extra_json = _extra_json(extras)
        everything = [*contract.columns, "_extra"]
        self.nothing_in_row = " and ".join(f"{identifier(name)} is null" for name in everything)


def _extra_json(extras: list[tuple[str, int]]) -> str:
    """SQL of a JSON object of the unknown columns that have a value; null when none has."""
    if not extras:
        return "cast(null as varchar)"
    pairs = ", ".join(
        f"case when f{place} <> '' then {literal(json.dumps(name, ensure_ascii=False) + ':')} "
        f"|| to_json(f{place})::varchar end"
        for name, place in extras
    )
    return f"'{{' || nullif(concat_ws(',', {pairs}), '') || '}}'"


def _read_fast(connection: duckdb.DuckDBPyConnection, facts: TextFacts, plan: _Plan, delimiter: str) -> bool:
    """True when every record of the file is there and has exactly the header's fields, properly quoted."""
    names = [*plan.fields, "beyond"]
    # Told that lines end in CR LF, the reader finds no rows at all; it finds that out by itself.
    newline = "new_line='\\n', " if facts.newline == "\n" else ""
    columns = "{" + ", ".join(f"'{name}': 'varchar'" for name in names) + "}"
    relation = (
        f"read_csv({literal(str(facts.plain))}, columns={columns}, auto_detect=false, header=false, skip=1, {newline}"
        f"delim={literal(delimiter)}, quote='\"', escape='\"', nullstr={literal(_PADDING)}, null_padding=true, "
        f"strict_mode=true, parallel=false, compression='none', max_line_size={_LARGEST_VALUE})"
    )
    try:
        connection.execute(
            f"create or replace temp table arrived as select row_number() over () + 1 as _row_number, "
            f"cast(null as varchar) as _fault, cast(null as varchar) as _fault_detail, "
            f"cast(null as varchar) as _raw_record, {plan.columns}, {plan.extra_json} as _extra, "
            f"(f{plan.width - 1} is null or beyond is not null) as _is_uneven from {relation}"
        )
    except duckdb.Error:
        return False
    row = connection.execute("select count(*), coalesce(bool_or(_is_uneven), false) from arrived").fetchone()
    assert row is not None
    rows, is_uneven = row
    return not is_uneven and rows == count_records(facts) - 1


def _read_carefully(
    connection: duckdb.DuckDBPyConnection, facts: TextFacts, plan: _Plan, delimiter: str, scratch: Path
) -> None:
    """Parses in Python, record by record, and hands DuckDB a file that it cannot misread."""
    scratch.mkdir(parents=True, exist_ok=True)
    clean = scratch / "careful.csv"
    with clean.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for number, fields, fault, detail, raw in _records(facts, delimiter, plan.width):
            padded = [*fields[: plan.width], *[""] * (plan.width - len(fields))]
            writer.writerow([number, fault, detail, raw, *padded])
    names = ["_row_number", "_fault", "_fault_detail", "_raw_record", *plan.fields]
    columns = "{" + ", ".join(f"'{name}': 'varchar'" for name in names) + "}"
    connection.execute(
        f"create or replace temp table arrived as select cast(_row_number as bigint) as _row_number, "
        f"nullif(_fault, '') as _fault, nullif(_fault_detail, '') as _fault_detail, _raw_record, "
        f"{plan.columns}, {plan.extra_json} as _extra "
        f"from read_csv({literal(str(clean))}, columns={columns}, auto_detect=false, header=false, delim=',', "
        f"new_line='\\n', "
        f"quote='\"', escape='\"', parallel=false, strict_mode=true, max_line_size={8 * _LARGEST_VALUE}, "
        f"buffer_size={32 * _LARGEST_VALUE}) order by 1"
    )
    clean.unlink()


def _records(facts: TextFacts, delimiter: str, width: int) -> Iterator[tuple[int, list[str], str, str, str]]:
    """(row as in a spreadsheet, fields, fault, detail, raw text) of every record after the header."""
    with facts.plain.open(encoding="utf-8-sig", newline="") as stream:
        records = _Records(stream, delimiter)
        number = 0
        header_is_read = False
        for fields, raw, problem in records:
            number += 1
            if not raw.strip() and not problem:
                continue
            if not header_is_read:
                header_is_read = True
                continue
            is_cut = records.is_last and not raw.endswith(("\n", "\r"))
            yield number, *_judge(fields, problem, width, is_cut), raw.rstrip("\r\n")


def _judge(fields: list[str], problem: str, width: int, is_cut: bool) -> tuple[list[str], str, str]:
    if problem:
        if is_cut or problem == _UNCLOSED:
            return [], "truncated_line", "the row ends inside a quoted value; export the file again"
        return [], "bad_quotes", f"a quote stands where none may ({problem}); write quotes inside a value twice"
    if len(fields) < width:
        count = f"{len(fields)} of {width} fields"
        if is_cut:
            return [], "truncated_line", f"the file ends inside this row ({count}); export it again"
        return [], "too_few_fields", f"the row has {count}; fill it up, or quote values that hold line breaks"
    if len(fields) > width:
        return (
            [],
            "too_many_fields",
            (f"the row has {len(fields)} fields, the header {width}; quote values that hold the separator"),
        )
    return fields, "", ""


_UNCLOSED = "unclosed"


class _Records:
    """Iterates (fields, raw text, problem); after a broken record it goes on with the next line."""

    def __init__(self, lines: Iterable[str], delimiter: str) -> None:
        self._source = iter(lines)
        self._delimiter = delimiter
        self._returned: list[str] = []
        self._consumed: list[str] = []
        self._peeked: str | None = None
        self.is_last = False

    def _lines(self) -> Iterator[str]:
        while True:
            line = self._returned.pop() if self._returned else next(self._source, None)
            if line is None:
                return
            self._consumed.append(line)
            yield line

    def __iter__(self) -> Iterator[tuple[list[str], str, str]]:
        csv.field_size_limit(min(_LARGEST_VALUE, sys.maxsize))
        while True:
            reader = csv.reader(self._lines(), delimiter=self._delimiter, strict=True)
            while True:
                self._consumed = []
                try:
                    fields = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    first, *others = self._consumed or [""]
                    self._returned.extend(reversed(others))
                    self.is_last = self._at_end()
                    problem = _UNCLOSED if "unexpected end" in str(error) else str(error)
                    yield [], first, problem
                    break
                self.is_last = self._at_end()
                yield fields, "".join(self._consumed), ""

    def _at_end(self) -> bool:
        if self._returned:
            return False
        line = next(self._source, None)
        if line is None:
            return True
        self._returned.append(line)
        return False


def _header(file: Path, contract: ObjectContract) -> tuple[str, list[str], int]:
    """(delimiter, column names, row of the header): the delimiter that makes most declared columns appear."""
    declared = {name.lower() for name in contract.columns}
    best: tuple[int, str, list[str], int] | None = None
    for delimiter in _DELIMITERS:
        names, row = _first_record(file, delimiter)
        score = sum(name.lower() in declared for name in names)
        if best is None or score > best[0]:
            best = (score, delimiter, names, row)
    assert best is not None
    return best[1:]


def _first_record(file: Path, delimiter: str) -> tuple[list[str], int]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        for row, (fields, raw, problem) in enumerate(_Records(stream, delimiter), start=1):
            if problem:
                raise FileFaultError("bad_header", f"row {row}: the header is not properly quoted: {raw.strip()[:200]}")
            if raw.strip():
                return [field.strip() for field in fields], row
    raise FileFaultError("empty_file", "the file has no content; export it again, or remove it")
