"""Pseudonyms: personal values replaced by a keyed hash while they are loaded, if the configuration asks for it.

HMAC-SHA256 (RFC 2104) over the value in small letters and without blanks around it, so that one address has one
pseudonym in every source and joins by it still hold. The key comes from the environment and goes nowhere else.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

import duckdb

from orchestration.lib.config import Config
from orchestration.lib.contracts.sql import identifier, literal
from orchestration.lib.errors import UsageError

SHORTEST_KEY = 16
_BLOCK = 64
DOMAIN = "pseudonym.invalid"
# What is a pseudonym already is not hashed again: a mended row is loaded a second time.
IS_PSEUDONYM = r"p-[0-9a-f]+(@pseudonym\.invalid)?"


@dataclass(frozen=True)
class Pseudonyms:
    """Which marks (`contact`, `staff`, `free_text`) are replaced, and the two halves of the key."""

    marks: frozenset[str]
    inner: bytes = field(repr=False)
    outer: bytes = field(repr=False)

    @classmethod
    def of(cls, config: Config) -> Pseudonyms | None:
        """What `[privacy]` asks for; None when it asks for nothing. Raises `UsageError` when the key is missing."""
        privacy = config.privacy
        if not privacy.pseudonymise:
            return None
        text = os.environ.get(privacy.key_env, "")
        if len(text) < SHORTEST_KEY:
            what = "is not set" if not text else f"is shorter than {SHORTEST_KEY} characters"
            raise UsageError(
                f"{config.file}: [privacy] pseudonymise needs a key, and ${privacy.key_env} {what}: "
                "set it to a long random text, keep it safe, and never change it"
            )
        key = text.encode().ljust(_BLOCK, b"\0") if len(text.encode()) <= _BLOCK else _digest(text).ljust(_BLOCK, b"\0")
        return cls(
            frozenset(privacy.pseudonymise),
            bytes(byte ^ 0x36 for byte in key),
            bytes(byte ^ 0x5C for byte in key),
        )

    def install(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Makes the SQL function ``keyed_hash(text)`` (64 hex digits); the key is bound, never part of a statement."""
        connection.execute("create or replace temp table privacy_key (inner_pad blob, outer_pad blob)")
        connection.execute("insert into privacy_key values (?, ?)", [self.inner, self.outer])
        connection.execute(
            "create or replace temp macro keyed_hash(message) as sha256("
            "(select outer_pad from privacy_key) || "
            "unhex(sha256((select inner_pad from privacy_key) || encode(lower(trim(message))))))"
        )


def _digest(text: str) -> bytes:
    import hashlib

    return hashlib.sha256(text.encode()).digest()


def pseudonym(name: str, kind: str) -> str:
    """SQL of the pseudonym of a column; blank stays blank, an e-mail address stays one, free text keeps its length."""
    value = identifier(name)
    token = f"'p-' || left(keyed_hash({value}), 32)"
    if kind == "email":
        is_address = f"regexp_full_match(trim({value}), '[^@\\s]+@[^@\\s]+')"
        replaced = f"{token} || case when {is_address} then {literal('@' + DOMAIN)} else '' end"
    elif kind == "text":
        # How much was written decides whether a handover field counts as filled; what was written does not.
        length = f"length(trim(regexp_replace({value}, '\\s+', ' ', 'g')))"
        replaced = f"left(rpad('p-' || keyed_hash({value}), {length}::integer, '0'), {length}::integer)"
    else:
        replaced = token
    keeps = f"{value} is null or trim({value}) = '' or regexp_full_match(trim({value}), {literal(IS_PSEUDONYM)})"
    return f"case when {keeps} then {value} else {replaced} end"
