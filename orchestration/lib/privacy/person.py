"""Who is meant by an address or an id: every spelling of the person that the raw zone holds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import duckdb

from orchestration.lib.contracts import Connector, ObjectContract, load_connectors
from orchestration.lib.contracts.sql import identifier, literal
from orchestration.lib.loader.zone import RawZone
from orchestration.lib.privacy.protect import is_of_people, own_columns, own_email
from orchestration.lib.privacy.pseudonyms import Pseudonyms
from orchestration.lib.privacy.tombstones import EMAIL, ID, IS_TOMBSTONE, NAME, Tombstones, id_of, names_of, normal

# By which the second of two members of staff of one name is told apart.
_NAMESAKE_NUMBER = re.compile(r" \(\d+\)$")


@dataclass
class Person:
    """``identity`` is what the pseudonym is made from. ``ids`` are those of the person's own records, by object.

    ``shown`` are the display names of a member of staff, ``of_others`` the full names that other people bear.
    """

    identity: str
    emails: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)
    of_others: set[str] = field(default_factory=set)
    is_staff: bool = False

    @property
    def needles(self) -> set[str]:
        """What must be found nowhere afterwards: addresses and full names, as compared by `normal`.

        A full name that somebody else bears too stays in the other's records.
        """
        return {normal(value) for value in (*self.emails, *self.names)} - {normal(name) for name in self.of_others}

    def show(self, names: Iterable[str]) -> None:
        """Adds display names: the person is a member of staff."""
        for name in names:
            self.is_staff = True
            self.shown.add(name)
            full = _NAMESAKE_NUMBER.sub("", name)
            self.names |= {full} if len(full.split()) > 1 else set()

    def is_shown_as(self, label: str) -> bool:
        """Whether a published label is the person: the display name, or a full name of the person alone."""
        return label in self.shown or normal(_NAMESAKE_NUMBER.sub("", label)) in self.needles

    def remember(self, tombstones: Tombstones) -> str:
        """Adds the person to the register; returns the pseudonym."""
        known = [tombstones.find(EMAIL, email) for email in sorted(self.emails)]
        known += [tombstones.find(ID, one) for one in sorted(self.ids)]
        pseudonym = next((one for one in known if one), None) or tombstones.pseudonym_of(self.identity)
        tombstones.add(EMAIL, self.emails, pseudonym)
        tombstones.add(ID, self.ids, pseudonym)
        tombstones.add(NAME, self.names, pseudonym)
        return pseudonym


@dataclass(frozen=True)
class _Record:
    """A record of a person: its id with the object, its address and full names, each None or empty when it has none."""

    id: str
    email: str | None
    names: frozenset[str]
    is_staff: bool


def find_person(
    connection: duckdb.DuckDBPyConnection,
    zone: RawZone,
    wanted: str,
    pseudonyms: Pseudonyms | None,
    tombstones: Tombstones,
) -> Person | None:
    """The person with this e-mail address, or with a record of this id; None when nothing kept knows one.

    Somebody whose erasure was begun and not finished is known by the tombstone, once the records are gone.

    Records that share an address are one person; so addresses, ids and names are gathered until nothing is new.
    """
    records = list(_records(connection, zone))
    person = Person(normal(wanted))
    if "@" in wanted:
        person.emails.add(normal(wanted))
        if pseudonyms is not None:
            person.emails.add(_pseudonymous(connection, pseudonyms, wanted))
    else:
        person.ids |= {record.id for record in records if record.id.endswith(f":{wanted.strip()}")}
        person.ids |= set(_marked_ids(connection, zone, wanted.strip()))
    size = -1
    while size != len(person.emails) + len(person.ids):
        size = len(person.emails) + len(person.ids)
        for record in records:
            if (record.id and record.id in person.ids) or (record.email and record.email in person.emails):
                person.ids |= {record.id} if record.id else set()
                person.emails |= {record.email} if record.email else set()
                person.names |= record.names
                person.is_staff |= record.is_staff
    person.of_others = {
        name
        for record in records
        if record.id not in person.ids and record.email not in person.emails
        for name in record.names
    }
    is_known = (
        person.ids
        or any(_is_mentioned(connection, zone, email) for email in person.emails)
        or any(_is_being_erased(zone, tombstones, email) for email in person.emails)
    )
    return person if is_known else None


def _objects(connectors: dict[str, Connector]) -> Iterator[tuple[str, str, ObjectContract]]:
    for name, connector in connectors.items():
        for object_name, contract in connector.objects.items():
            yield name, object_name, contract


def _records(connection: duckdb.DuckDBPyConnection, zone: RawZone) -> Iterator[_Record]:
    for connector, object_name, contract in _objects(load_connectors()):
        if not is_of_people(contract):
            continue
        email, columns = own_email(contract), own_columns(contract)
        names = [contract.key[0], *columns]
        found = connection.execute(
            f"select distinct {', '.join(map(identifier, names))} from {zone.object_relation(connector, object_name)}"
        ).fetchall()
        rows = [dict(zip(names, row, strict=True)) for row in found]
        rows += list(_quarantined(connection, zone, connector, object_name, contract))
        for row in rows:
            record_id = row.get(contract.key[0])
            own = {
                name: str(value)
                for name in columns
                if (value := row.get(name)) is not None and not IS_TOMBSTONE.fullmatch(str(value).strip())
            }
            mail = own.get(email) if email else None
            yield _Record(
                id_of(connector, object_name, str(record_id)) if record_id else "",
                normal(mail) if mail and mail.strip() else None,
                frozenset(names_of(own)),
                contract.canonical == "people",
            )


def _quarantined(
    connection: duckdb.DuckDBPyConnection, zone: RawZone, connector: str, object_name: str, contract: ObjectContract
) -> Iterator[dict[str, object]]:
    """Records of people that were set aside, where they can be taken apart."""
    for (text,) in connection.execute(
        f"select raw_record from {zone.quarantine_relation()} where connector = {literal(connector)} "
        f"and object = {literal(object_name)} and raw_record is not null"
    ).fetchall():
        try:
            record = json.loads(text)
        except ValueError:
            continue
        if isinstance(record, dict):
            yield {name: record.get(name) for name in contract.columns}


def _marked_ids(connection: duckdb.DuckDBPyConnection, zone: RawZone, wanted: str) -> Iterator[str]:
    """The wanted value among ids that are marked as personal (a user of the product, a respondent)."""
    for connector, object_name, contract in _objects(load_connectors()):
        for name, column in contract.columns.items():
            if column.personal and column.type == "id":
                row = connection.execute(
                    f"select 1 from {zone.object_relation(connector, object_name)} "
                    f"where trim({identifier(name)}) = $wanted limit 1",
                    {"wanted": wanted},
                ).fetchone()
                if row:
                    yield id_of(connector, "*", wanted)


def _is_mentioned(connection: duckdb.DuckDBPyConnection, zone: RawZone, email: str) -> bool:
    """Whether an address stands in any marked column, or in a record that was set aside."""
    for connector, object_name, contract in _objects(load_connectors()):
        columns = [name for name, column in contract.columns.items() if column.personal]
        if not columns:
            continue
        tests = " or ".join(f"contains(lower({identifier(name)}), $email)" for name in [*columns, "_extra"])
        if connection.execute(
            f"select 1 from {zone.object_relation(connector, object_name)} where {tests} limit 1", {"email": email}
        ).fetchone():
            return True
    return (
        connection.execute(
            f"select 1 from {zone.quarantine_relation()} where contains(lower(raw_record), $email) limit 1",
            {"email": email},
        ).fetchone()
        is not None
    )


def _is_being_erased(zone: RawZone, tombstones: Tombstones, email: str) -> bool:
    """Whether an erasure of this address was begun and is not finished."""
    pseudonym = tombstones.find(EMAIL, email)
    return pseudonym is not None and zone.unfinished_erasure(pseudonym).exists()


def _pseudonymous(connection: duckdb.DuckDBPyConnection, pseudonyms: Pseudonyms, email: str) -> str:
    from orchestration.lib.privacy.pseudonyms import DOMAIN

    pseudonyms.install(connection)
    row = connection.execute("select left(keyed_hash($email), 32)", {"email": email}).fetchone()
    assert row is not None
    return f"p-{row[0]}@{DOMAIN}"
