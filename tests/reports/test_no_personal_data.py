"""Nothing that the contracts mark as personal reaches the site: no address, no contact's name, no free text."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.contracts import load_connectors
from orchestration.lib.contracts.sql import identifier
from orchestration.lib.loader.zone import RawZone
from tests.conftest import Company

ADDRESS = re.compile(r"[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
NAME = re.compile(r"[^\W\d_][\w'’-]*\.? [^\W\d_][\w'’-]*")
# A short remark is a word of the language; from here on it is what somebody wrote.
SHORTEST_TEXT = 20


@pytest.fixture(scope="module")
def site(sample_build: Company) -> dict[Path, str]:
    """Every file of the built site as text, its Parquet files decoded."""
    return {path: "\n".join(_texts(path)) for path in sorted(sample_build.site.resolve().rglob("*")) if path.is_file()}


def _texts(path: Path) -> Iterator[str]:
    raw = path.read_bytes()
    if path.suffix == ".parquet":
        rows = duckdb.sql(f"from read_parquet('{path}', hive_partitioning=false)").fetchall()
        yield from ("\n".join(str(value) for value in row if isinstance(value, str)) for row in rows)
    yield (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8", errors="ignore")


def _marked(company: Company, kind: str, types: tuple[str, ...]) -> Iterator[tuple[str, str, list[tuple[str, ...]]]]:
    """(connector.object, column, values) of every column with a mark, as loaded."""
    zone = RawZone.of(company.home)
    with duckdb.connect() as connection:
        for connector, declared in load_connectors().items():
            for name, contract in declared.objects.items():
                for column, about in contract.columns.items():
                    if about.personal == kind and about.type in types:
                        values = connection.execute(
                            f"select distinct trim({identifier(column)}) from {zone.object_relation(connector, name)} "
                            f"where nullif(trim({identifier(column)}), '') is not null"
                        ).fetchall()
                        yield f"{connector}.{name}", column, values


def test_no_address_of_the_sample_company_is_in_the_site(sample_build: Company, site: dict[Path, str]) -> None:
    known = {
        value.lower()
        for kind in ("staff", "contact")
        for _, _, values in _marked(sample_build, kind, ("email",))
        for (value,) in values
    }
    assert len(known) > 1000, "the sample has addresses to look for"
    assert any(path.suffix == ".parquet" for path in site), "the data files of the pages are looked into"
    found = {
        (path.name, address) for path, text in site.items() for address in set(ADDRESS.findall(text.lower())) & known
    }
    domains = {address.split("@")[1] for address in known}
    found |= {
        (path.name, address)
        for path, text in site.items()
        for address in ADDRESS.findall(text.lower())
        if address.split("@")[1] in domains
    }
    assert found == set()


def test_no_name_of_a_contact_is_in_the_site(sample_build: Company, site: dict[Path, str]) -> None:
    relation = RawZone.of(sample_build.home).object_relation("salesforce", "Contact")
    contacts = {name for (name,) in duckdb.sql(f"select FirstName || ' ' || LastName from {relation}").fetchall()}
    staff = {
        name
        for (name,) in duckdb.sql(
            f"select Name from {RawZone.of(sample_build.home).object_relation('salesforce', 'User')}"
        ).fetchall()
    }
    wanted = contacts - staff
    assert len(wanted) > 1000
    found = {(path.name, name) for path, text in site.items() for name in set(NAME.findall(text)) & wanted}
    assert found == set()
    assert any(name in text for name in staff for text in site.values()), "staff do stand on the pages, by name"


def test_no_free_text_is_in_the_site(sample_build: Company, site: dict[Path, str]) -> None:
    texts = {
        value
        for _, _, values in _marked(sample_build, "free_text", ("text",))
        for (value,) in values
        if len(value) >= SHORTEST_TEXT
    }
    assert len(texts) > 20
    everything = "\n".join(site.values())
    assert [text for text in texts if text in everything] == []
