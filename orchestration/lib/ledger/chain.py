"""Checking the chain: every entry is hashed with the hash of the one before it, so an edit shows where it was made."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.lib.home import Home, published
from orchestration.lib.ledger.entries import GENESIS, INPUTS, Ledger, hash_after
from orchestration.lib.ledger.inputs import BuildInputs
from orchestration.lib.ledger.kept import kept_file, problem_of
from orchestration.lib.ledger.redact import content_hash, redactions


@dataclass(frozen=True)
class Break:
    """Where the chain breaks first: file and entry (its sequence number), and what is wrong there."""

    segment: str
    sequence: int
    problem: str

    def __str__(self) -> str:
        return f"{self.segment}, entry {self.sequence}: {self.problem}"


def verify(home: Home) -> tuple[int, Break | None]:
    """Hash every entry anew. Returns how many hold, and the first break (None: the ledger is whole).

    The end of the chain is held against what the published build remembers of it, so entries cut off at the end are
    missed too. Definitions and inputs that entries refer to by their hash are held against it.
    Of an entry whose names were erased, the hash that the register of redactions keeps is compared.
    """
    ledger = Ledger.of(home.path)
    redacted = redactions(ledger)
    previous, expected = GENESIS, 1
    for segment in ledger.segments():
        try:
            for sequence, subject, content, entry_hash in ledger.read(segment):
                if sequence != expected:
                    gap = f"entries {expected} to {sequence - 1} are missing before it"
                    return expected - 1, Break(segment.name, sequence, gap)
                erased = redacted.get(segment.name, {}).get(sequence)
                is_whole = hash_after(previous, content) == entry_hash
                if not (is_whole if erased is None else content_hash(content) == erased):
                    what = f"it, or the hash before it, was changed ({subject})"
                    return expected - 1, Break(segment.name, sequence, what)
                previous, expected = entry_hash, expected + 1
        except duckdb.Error as error:
            return expected - 1, Break(segment.name, expected, f"the file cannot be read: {error}")
    head = remembered_head(home)
    if head is not None and head != previous:
        last = ledger.segments()[-1].name if ledger.segments() else "no segment"
        return expected - 1, Break(last, expected, "entries that the published build had written are missing here")
    return expected - 1, _content_break(ledger)


def _content_break(ledger: Ledger) -> Break | None:
    """The first entry that refers to a definition, or to an input of its build, that is gone or was changed."""
    if not ledger.segments():
        return None
    with duckdb.connect() as connection:
        referred = connection.execute(
            f"select definition_hash, min(sequence) from {ledger.relation()} "
            "where definition_hash is not null group by 1 order by 2, 1"
        ).fetchall()
        files = [(ledger.definitions / f"{known}.json", known, sequence) for known, sequence in referred]
        inputs = connection.execute(
            f"select sequence, value from {ledger.relation()} where kind = '{INPUTS}' order by sequence"
        ).fetchall()
    for sequence, text in inputs:
        files += [(kept_file(ledger.kept, known), known, sequence) for known in BuildInputs.of_text(text).hashes]
    seen: set[Path] = set()
    for path, known, sequence in sorted(files, key=lambda file: (file[2], str(file[0]))):
        problem = problem_of(path, known) if path not in seen else None
        seen.add(path)
        if problem is not None:
            return Break(str(path.relative_to(ledger.root)), sequence, f"{problem}; the entry refers to it")
    return None


def remembered_head(home: Home) -> str | None:
    """Hash of the last entry as the published build noted it."""
    build = published(home)
    note = build.path / "ledger" / "head.json" if build is not None else Path()
    return str(json.loads(note.read_text())["head"]) if build is not None and note.exists() else None
