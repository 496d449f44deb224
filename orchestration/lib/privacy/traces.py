"""Where a person is still found: every file below a folder, taken apart as far as its format hides what it holds."""

from __future__ import annotations

import gzip
import re
from collections.abc import Collection, Iterator
from pathlib import Path

import duckdb

from orchestration.lib.contracts.sql import identifier, literal

_BLANKS = re.compile(r"\s+")
# A file is read in pieces, each with the end of the one before it.
_PIECE, _OVERLAP = 1 << 24, 1 << 10
# A letter or digit; what joins two parts of one word.
_LETTER, _JOINT = r"[^\W_]", r"[-'’.]"


class Needles:
    """Addresses and full names, found as whole words: Jane Doe is not in Jane Doering, nor in Mary-Jane Doe."""

    def __init__(self, values: Collection[str]) -> None:
        """``values`` as `normal` writes them."""
        self.values = sorted(values)
        spelled = [*self.values, *(_escaped(value) for value in self.values if not value.isascii())]
        before, after = rf"(?<!{_LETTER})(?<!{_LETTER}{_JOINT})", rf"(?!{_LETTER}|{_JOINT}{_LETTER})"
        self._pattern = re.compile(f"{before}(?:{'|'.join(map(re.escape, spelled))}){after}")

    def may_be_in(self, raw: bytes) -> bool:
        """Whether it is worth reading bytes as text: a quick look for the first word of each value."""
        lower = raw.lower()
        return any(not value.isascii() or value.split(" ")[0].encode() in lower for value in self.values)

    def within(self, text: str) -> bool:
        """Whether one of them stands in a text."""
        return bool(self.values) and self._pattern.search(_BLANKS.sub(" ", text).casefold()) is not None


def _escaped(value: str) -> str:
    """As JSON may write letters beyond ASCII."""
    return value.encode("unicode_escape").decode().casefold()


def files_with(folder: Path, values: Collection[str]) -> Iterator[Path]:
    """Files below ``folder`` that hold one of ``values`` (as `normal` writes them); links are not followed."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and holds(path, values):
            yield path


def holds(path: Path, values: Collection[str]) -> bool:
    """Whether one file holds one of the values. Parquet, DuckDB and gzip files are read as what they are."""
    needles = Needles(values)
    if not needles.values:
        return False
    if path.suffix == ".parquet":
        with duckdb.connect() as connection:
            return _in_relation(connection, f"read_parquet({literal(str(path))}, hive_partitioning=false)", needles)
    if path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as connection:
            tables = connection.execute(
                "select schema_name, table_name from duckdb_tables() where not internal order by all"
            ).fetchall()
            return any(
                _in_relation(connection, f"{identifier(schema)}.{identifier(table)}", needles)
                for schema, table in tables
            )
    return _in_bytes(path, needles)


def _in_bytes(path: Path, needles: Needles) -> bool:
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as stream:
            tail = b""
            while piece := stream.read(_PIECE):
                whole = tail + piece
                if needles.may_be_in(whole) and needles.within(whole.decode(errors="replace")):
                    return True
                tail = piece[-_OVERLAP:]
    except (OSError, EOFError):
        return False
    return False


def _in_relation(connection: duckdb.DuckDBPyConnection, relation: str, needles: Needles) -> bool:
    try:
        described = connection.execute(f"describe select * from {relation}").fetchall()
    except duckdb.Error:
        return False
    listed = ", ".join(literal(value) for value in needles.values)
    for name, kind, *_ in described:
        if "VARCHAR" not in kind and kind not in ("BLOB", "JSON"):
            continue
        value = f"regexp_replace(cast({identifier(name)} as varchar), '\\s+', ' ', 'g')"
        # DuckDB narrows it down, the pattern decides.
        found = connection.execute(
            f"select distinct {value} from {relation} "
            f"where list_bool_or(list_transform([{listed}], lambda needle: contains(lower({value}), needle)))"
        )
        while rows := found.fetchmany(1000):
            if any(needles.within(text) for (text,) in rows):
                return True
    return False
