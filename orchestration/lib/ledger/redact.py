"""Names of people taken out of entries without breaking the chain.

An entry's hash stays, so what follows it still holds. What it said cannot be hashed to it any more: the register beside
the segments says which entries were changed, and the hash of what they say since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import duckdb

from orchestration.lib.contracts.sql import literal
from orchestration.lib.ledger.entries import CONTENT, Ledger

REGISTER = "redactions.json"


def redactions(ledger: Ledger) -> dict[str, dict[int, str]]:
    """Per segment the sequence numbers of redacted entries, with the hash of what each says now."""
    file = ledger.root / REGISTER
    if not file.is_file():
        return {}
    listed = json.loads(file.read_text()).items()
    return {segment: {int(number): known for number, known in found.items()} for segment, found in listed}


def content_hash(content: str) -> str:
    """The hash that the register keeps of a redacted entry."""
    return hashlib.sha256(content.encode()).hexdigest()


def redact(ledger: Ledger, segment: Path, change: Callable[[str], str], *, is_real: bool = True) -> int:
    """Applies ``change`` to the slices of a segment; returns how many entries it changed, or would."""
    with duckdb.connect() as connection:
        connection.execute(f"create table entries as from read_parquet({literal(str(segment))})")
        slices = connection.execute("select distinct slice from entries where slice is not null").fetchall()
        changed = [(old, new) for (old,) in slices if (new := change(old)) != old]
        if not changed:
            return 0
        connection.execute("create table changed (old varchar, new varchar)")
        connection.executemany("insert into changed values (?, ?)", [list(pair) for pair in changed])
        numbers = [
            row[0]
            for row in connection.execute(
                "select sequence from entries inner join changed on entries.slice = changed.old"
            ).fetchall()
        ]
        if not is_real:
            return len(numbers)
        connection.execute("update entries set slice = changed.new from changed where slice = changed.old")
        known = redactions(ledger)
        contents = connection.execute(
            f"select sequence, {CONTENT} from entries where list_contains($numbers, sequence)", {"numbers": numbers}
        ).fetchall()
        known.setdefault(segment.name, {}).update({number: content_hash(content) for number, content in contents})
        register = ledger.root / REGISTER
        fresh = register.with_suffix(".unfinished")
        fresh.write_text(json.dumps(known, indent=1))
        fresh.replace(register)
        target = segment.with_name(f".{segment.name}.unfinished")
        connection.execute(
            f"copy (select * from entries order by sequence) to {literal(str(target))} "
            "(format parquet, compression zstd)"
        )
        target.replace(segment)
    return len(numbers)
