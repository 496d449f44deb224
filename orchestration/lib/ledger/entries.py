"""The ledger on disk: one immutable Parquet segment per published build, and the definitions by their hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.lib.contracts.sql import literal

# In the order in which they are hashed; `entry_hash` follows them in a segment.
#
# `slice` is a JSON object of dimension values, `{}` for the total; `value` the exact text of the number; `grain` blank
# for a metric without time.
ENTRY_COLUMNS: dict[str, str] = {
    "sequence": "BIGINT",
    "kind": "VARCHAR",
    "build_id": "VARCHAR",
    "published_at": "TIMESTAMP",
    "metric": "VARCHAR",
    "grain": "VARCHAR",
    "metric_time": "DATE",
    "slice": "VARCHAR",
    "value": "VARCHAR",
    "definition_hash": "VARCHAR",
    "input_hash": "VARCHAR",
    "policy_hash": "VARCHAR",
    "code_version": "VARCHAR",
    "as_of": "DATE",
    "known_at": "TIMESTAMP",
}
SEGMENT_COLUMNS: dict[str, str] = {**ENTRY_COLUMNS, "entry_hash": "VARCHAR"}

# What stands before the first entry.
GENESIS = "0" * 64

# A build was published; its value is the digest over everything that it published, changed or not.
BUILD = "build"
# What that build was made from, as JSON: see `BuildInputs`.
INPUTS = "inputs"
# A value was published for the first time, or differs from the one published before.
VALUE = "value"
# A value that was published before is no longer published, or is null now.
WITHDRAWN = "withdrawn"
# One cause of the restatements of a build, with what it consists of, as JSON; then how far it moved one value.
CAUSE = "cause"
PART = "part"

# Kinds in the order in which a build writes them.
KINDS = (BUILD, INPUTS, VALUE, WITHDRAWN, CAUSE, PART)


# An entry's content as it is hashed: its columns in order, one a line, null told apart from text by its missing mark.
CONTENT = " || chr(10) || ".join(f"coalesce('=' || cast({name} as varchar), '')" for name in ENTRY_COLUMNS)

# What an entry is about, for people.
SUBJECT = f"""
    case
        when kind = '{BUILD}' then 'the note of a build'
        when metric is null then kind
        else concat_ws(' ', case when kind not in ('{VALUE}', '{WITHDRAWN}') then kind || ' of' end, metric, slice)
    end
"""


def hash_after(previous_hash: str, content: str) -> str:
    """sha256 over the entry before and this one's content."""
    return hashlib.sha256(f"{previous_hash}\n{content}".encode()).hexdigest()


@dataclass(frozen=True)
class Ledger:
    """Paths of one home's ledger. It lies outside the builds, so a rebuilt warehouse leaves it as it is."""

    root: Path

    @classmethod
    def of(cls, home: Path) -> Ledger:
        """The ledger below a state directory."""
        return cls(Path(home) / "ledger")

    @property
    def definitions(self) -> Path:
        """One JSON file per definition that was ever published, named by its hash."""
        return self.root / "definitions"

    @property
    def kept(self) -> Path:
        """What builds were made from, each content once: see `orchestration.lib.ledger.kept`."""
        return self.root / "kept"

    def segments(self) -> list[Path]:
        """Segments in order of their build."""
        return sorted(self.root.glob("*.parquet"))

    def relation(self) -> str:
        """SQL of all entries, also of a ledger that has none."""
        files = ", ".join(literal(str(path)) for path in self.segments())
        if files:
            return f"read_parquet([{files}])"
        columns = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in SEGMENT_COLUMNS.items())
        return f"(select {columns} where false)"

    def read(self, segment: Path) -> Iterator[tuple[int, str, str, str]]:
        """(sequence, what it is about, content, hash) of each entry of a segment, in the order they were written."""
        with duckdb.connect() as connection:
            cursor = connection.execute(
                f"select sequence, {SUBJECT}, {CONTENT}, entry_hash from read_parquet(?) order by sequence",
                [str(segment)],
            )
            while rows := cursor.fetchmany(50_000):
                yield from rows
