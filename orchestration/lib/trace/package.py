"""The evidence package: a folder from which an outside auditor recomputes a number with DuckDB alone.

What is personal stays behind: e-mail addresses become pseudonyms that sort as the addresses did, ids of contacts become
hashes under a salt that is forgotten, names of contacts and free text keep their shape and lose their letters.
"""

from __future__ import annotations

import csv
import hashlib
import json
import secrets
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from orchestration.lib.contracts import Column, load_connectors
from orchestration.lib.contracts.sql import identifier, literal
from orchestration.lib.errors import UsageError
from orchestration.lib.replay import Replay, model_statements, opening_statements
from orchestration.lib.trace import report
from orchestration.lib.trace.facts import Side
from orchestration.lib.trace.tracer import Part, Trace, Tracer

NULL = "\\N"
RECOMPUTE, MANIFEST, README, DEFINITION, FACTS = (
    *("recompute.sql", "manifest.json", "README.txt", "definition.json"),
    "rows/fact_rows.csv",
)


def write_package(folder: Path, tracer: Tracer, part: Part, trace: Trace, replay: Replay) -> list[Path]:
    """Write the package of a traced number into `folder`, which must be new or empty. Returns its files."""
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty: name a folder that does not exist yet")
    (folder / "rows").mkdir(parents=True, exist_ok=True)
    tables = list(_raw_tables(replay.connection))
    _write_rows(folder, replay.connection, tables)
    (folder / RECOMPUTE).write_text(_recompute_sql(tracer, part, trace, replay, tables))
    document = report.as_json(trace, None)
    (folder / DEFINITION).write_text(
        json.dumps(
            {name: value for name, value in document.items() if name not in ("sides", "raw_rows")},
            indent=2,
            ensure_ascii=False,
        )
        + "\n"
    )
    with (folder / FACTS).open("w", newline="") as stream:
        writer = csv.DictWriter(stream, report.FACT_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(fact for side in document["sides"] for fact in side["facts"])
    (folder / README).write_text(_readme(trace))
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    hashes = {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    (folder / MANIFEST).write_text(json.dumps({"sha256": hashes}, indent=2) + "\n")
    return [*files, folder / MANIFEST]


def _raw_tables(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str]]:
    """(connector, object) of the raw tables that the recomputation read."""
    rows = connection.execute(
        "select schema_name, table_name from duckdb_tables() where schema_name like 'raw\\_%' escape '\\' order by all"
    ).fetchall()
    yield from ((schema.removeprefix("raw_"), table) for schema, table in rows)


def _write_rows(folder: Path, connection: duckdb.DuckDBPyConnection, tables: list[tuple[str, str]]) -> None:
    personal = {table: _personal(*table) for table in tables}
    addresses = " union ".join(
        f"select lower(trim({identifier(name)})) as address from {_relation(*table)}"
        for table, columns in personal.items()
        for name, column in columns.items()
        if column.type == "email"
    )
    connection.execute(
        "create temp table pseudonym as select address, "
        "'person-' || lpad(cast(row_number() over (order by address) as varchar), 6, '0') || '@pseudonym.invalid' "
        f"as stands_for from ({addresses or 'select null as address'}) "
        "where address is not null"
    )
    salt = secrets.token_hex(16)
    for table in tables:
        columns = [f"{_hidden(name, column, salt)} as {identifier(name)}" for name, column in personal[table].items()]
        if table[0] not in ("build", "raw_zone"):
            columns.append("cast(null as varchar) as _extra")
        replaced = f"select * replace ({', '.join(columns)})" if columns else "select *"
        target = folder / _file(*table)
        target.parent.mkdir(parents=True, exist_ok=True)
        connection.execute(
            f"copy ({replaced} from {_relation(*table)}) to {literal(str(target))} "
            f"(format csv, header true, nullstr {literal(NULL)})"
        )
    connection.execute("drop table pseudonym")


def _personal(connector: str, table: str) -> dict[str, Column]:
    """Columns that hold personal data. Names of staff stay: they are slices of the numbers."""
    contract = load_connectors().get(connector)
    if contract is None:
        return {}
    return {
        name: column
        for name, column in contract.objects[table].columns.items()
        if column.type == "email" or column.personal in ("contact", "free_text")
    }


def _hidden(name: str, column: Column, salt: str) -> str:
    value = identifier(name)
    if column.type == "email":
        return f"(select stands_for from pseudonym where address = lower(trim({value})))"
    if column.type == "id":
        return f"'id-' || md5({literal(salt)} || {value})"
    return f"regexp_replace({value}, '[^\\s]', 'x', 'g')"


def _relation(connector: str, table: str) -> str:
    return f"{identifier('raw_' + connector)}.{identifier(table)}"


def _file(connector: str, table: str) -> str:
    return f"rows/{connector}/{table}.csv"


def _recompute_sql(tracer: Tracer, part: Part, trace: Trace, replay: Replay, tables: list[tuple[str, str]]) -> str:
    """One file for the DuckDB shell: load the rows, type them, recompute, compare."""
    question = trace.question
    sections = [
        f"-- Recomputes {question.metric}, {question.grain} of {question.period}, {question.slice_words}.\n"
        "-- Run inside this folder: duckdb < recompute.sql"
    ]
    sections += opening_statements()
    for connector, table in tables:
        described = replay.connection.execute(f"describe {_relation(connector, table)}").fetchall()
        columns = ", ".join(f"{literal(row[0])}: {literal(row[1])}" for row in described)
        sections.append(f"create schema if not exists {identifier('raw_' + connector)}")
        sections.append(
            f"create table {_relation(connector, table)} as\n"
            f"select * from read_csv({literal(_file(connector, table))}, "
            f"header = true, nullstr = {literal(NULL)}, auto_detect = false, delim = ',', quote = '\"', escape = '\"', "
            f"columns = {{{columns}}})"
        )
    for model in tracer.models.needed_by(tracer.recomputed_models(part)):
        sections.append(f"-- {model.name}")
        sections += model_statements(model)
    if part.family is not None:
        sections += tracer.formulas(part)
    sections.append(_comparison(tracer.recomputed_sides(part), trace))
    text = ""
    for section in sections:
        body = section.rstrip().rstrip(";")
        is_comment = all(line.startswith("--") for line in body.splitlines())
        text += body + ("\n" if is_comment else ";\n\n")
    return text


def _comparison(sides: list[Side], trace: Trace) -> str:
    """Expected and recomputed, side by side, for both sides of a ratio and for the number itself."""
    totals = {side.name: f"(select {side.aggregate} from ({side.sql}))" for side in sides}
    rows = [(entry.side.name, entry.total, totals[entry.side.name]) for entry in trace.sides]
    if "numerator" in totals:
        value = f"cast({totals['numerator']} as double) / cast(nullif({totals['denominator']}, 0) as double)"
        rows.append(("value", trace.value, value))
    # a ratio and the sums under it stand in one column, so as doubles; sums alone stay exact
    cast = "::double" if _is_float(trace) else ""
    lines = [
        f"select {literal(name)} as what, {_literal(expected)}{cast} as expected, ({recomputed}){cast} as recomputed"
        for name, expected, recomputed in rows
    ]
    tolerance = "1e-9 * greatest(1, abs(expected))" if _is_float(trace) else "0"
    listed = "\nunion all by name\n".join(lines)
    return (
        "select what, expected, recomputed, expected is not distinct from recomputed "
        f"or abs(expected - recomputed) <= {tolerance} as agrees\nfrom (\n{listed}\n)"
    )


def _is_float(trace: Trace) -> bool:
    return isinstance(trace.value, float)


def _literal(value: Any) -> str:
    if value is None:
        return "cast(null as double)"
    if isinstance(value, Decimal):
        return f"cast('{value:f}' as decimal(38, {max(-int(value.as_tuple().exponent), 0)}))"
    return repr(value)


def _readme(trace: Trace) -> str:
    question = trace.question
    return f"""\
{trace.definition.label}: {question.metric}, {question.grain} of {question.period}, {question.slice_words}

{trace.definition.description}
Formula: {trace.definition.documentation["formula"]}

This folder recomputes that number from the rows it was made from. It needs DuckDB (duckdb.org), nothing else:

    duckdb < recompute.sql

prints what was published, what these rows give, and whether they agree.

definition.json      the number, what it means, and the SQL that computed it
rows/                the rows as they arrived, one CSV per object, with file, row, load and hash of each
                     (`{NULL}` is null); rows/policy are the company's own rules, rows/build the clocks of the build
rows/fact_rows.csv   the rows of the published warehouse that the number is made of, each with its share
recompute.sql        every step from those rows to the number, in plain SQL
manifest.json        SHA-256 of every file

E-mail addresses are pseudonyms, the same everywhere in this folder. Names of contacts and free text are crossed out,
letter by letter: their length counts in some numbers, their words in none. So the hash of a row with such a field is
that of the row as it arrived, and cannot be worked out from this copy.
"""
