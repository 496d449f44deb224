"""Tombstones: by what an erased person is recognized when a file brings them again, without keeping who they were.

What is kept of an address, an id or a name is a salted hash; the salt is a secret of the state directory.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

DOMAIN = "erased.invalid"
# What stands for an erased person says nothing about anybody.
IS_TOMBSTONE = re.compile(r"erased-[0-9a-f]{12}(@erased\.invalid)?")
EMAIL, ID, NAME, FIRST_WORD = "email", "id", "name", "first word of a name"
# An address as it may stand in a sentence, in JSON or in a row of CSV; a word of a name.
_ADDRESS = re.compile(r"[^\s@\"'<>,;:()\[\]{}|]+@[^\s@\"'<>,;:()\[\]{}|]+[^\s@\"'<>,;:()\[\]{}|.]")
_WORD = re.compile(r"(?<![^\W_])[^\W\d_]+(?:[-'’.][^\W\d_]+)*(?![^\W_])")
_LONGEST_NAME = 4
_REMEMBERED = 100_000


def normal(text: str) -> str:
    """How a value is compared: small letters, single blanks, none around it."""
    return " ".join(text.split()).casefold()


def fitted(pseudonym: str, length: int) -> str:
    """The pseudonym at the length of what it replaces: whether a text counts as filled must not change."""
    return (pseudonym * (length // len(pseudonym) + 1))[:length]


@dataclass
class Tombstones:
    """Hash → pseudonym per kind. Ids are hashed with the object they are ids of."""

    salt: bytes = field(repr=False)
    known: dict[str, dict[str, str]]
    _starts: dict[str, bool] = field(default_factory=dict, repr=False)

    @classmethod
    def read(cls, file: Path) -> Tombstones | None:
        """The tombstones of a home (`RawZone.tombstones`); None when nobody was ever erased."""
        if not file.is_file():
            return None
        document = json.loads(file.read_text())
        return cls(bytes.fromhex(document["salt"]), document["known"])

    @classmethod
    def read_or_new(cls, file: Path) -> Tombstones:
        """The tombstones of a home, or an empty register with a salt of its own."""
        return cls.read(file) or cls(secrets.token_bytes(32), {EMAIL: {}, ID: {}, NAME: {}, FIRST_WORD: {}})

    def write(self, file: Path) -> None:
        """Writes the register atomically, readable for the owner alone."""
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".unfinished")
        fresh.write_text(json.dumps({"salt": self.salt.hex(), "known": self.known}, indent=1))
        fresh.chmod(0o600)
        fresh.replace(file)

    def hash(self, text: str) -> str:
        """What is kept of a value."""
        return hashlib.sha256(self.salt + normal(text).encode()).hexdigest()

    def pseudonym_of(self, identity: str) -> str:
        """The stable pseudonym of a person; the same for the same identity in this home."""
        return f"erased-{hashlib.sha256(self.salt + b'pseudonym' + normal(identity).encode()).hexdigest()[:12]}"

    def add(self, kind: str, values: Iterable[str], pseudonym: str) -> None:
        """Remembers values of a person."""
        for value in values:
            self.known[kind][self.hash(value)] = pseudonym
            first = _WORD.search(value) if kind == NAME else None
            if first:
                self.known[FIRST_WORD][self.hash(first[0])] = pseudonym
        self._starts.clear()

    def find(self, kind: str, value: str | None) -> str | None:
        """The pseudonym of the person whose value this is."""
        return self.known[kind].get(self.hash(value)) if value and value.strip() else None

    def in_text(self, text: str) -> str:
        """The text with every address and full name of an erased person replaced at its length."""
        changed = _ADDRESS.sub(lambda found: self._replacement(EMAIL, found[0]), text) if "@" in text else text
        words = list(_WORD.finditer(changed)) if self.known[NAME] else []
        place, end = 0, 0
        parts: list[str] = []
        while place < len(words):
            if not self._may_start(words[place][0]):
                place += 1
                continue
            for size in range(min(_LONGEST_NAME, len(words) - place), 1, -1):
                window = words[place : place + size]
                pseudonym = self.known[NAME].get(self.hash(" ".join(word[0] for word in window)))
                if pseudonym is not None:
                    start, stop = window[0].start(), window[-1].end()
                    parts += [changed[end:start], fitted(pseudonym, stop - start)]
                    end, place = stop, place + size
                    break
            else:
                place += 1
        return "".join([*parts, changed[end:]])

    def _may_start(self, word: str) -> bool:
        """Whether a name begins so; remembered, for most words come again and again."""
        known = self._starts.get(word)
        if known is None:
            if len(self._starts) > _REMEMBERED:
                self._starts.clear()
            known = self._starts[word] = self.hash(word) in self.known[FIRST_WORD]
        return known

    def _replacement(self, kind: str, value: str) -> str:
        pseudonym = self.find(kind, value)
        return value if pseudonym is None else f"{pseudonym}@{DOMAIN}"


def id_of(connector: str, object_name: str, value: str) -> str:
    """An id with the object whose records it counts: 7 is somebody else in another system."""
    return f"{connector}.{object_name}:{value.strip()}"


def names_of(record: Mapping[str, str]) -> set[str]:
    """Full names that a record of a person spells: one column that holds it, or first and last name in either order."""
    by_lower = {
        name.lower().replace("_", ""): value.strip() for name, value in record.items() if value and value.strip()
    }
    found = {by_lower[name] for name in ("name", "fullname", "displayname") if name in by_lower}
    first, last = by_lower.get("firstname"), by_lower.get("lastname")
    if first and last:
        found |= {f"{first} {last}", f"{last} {first}"}
    return {name for name in found if len(name.split()) > 1}
