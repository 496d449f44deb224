"""A contact and a member of staff are forgotten: nothing of them remains, and every published number does."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import FIXTURE_COMPANY, Company
from tests.dbt.project import rows

CONTACTS = """contact_id,account_id,role,email,from_on,left_on
C1,A01,sponsor,petra.amsel@alder.example,2023-05-02,
C2,A02,champion,quentin.bord@birch.example,2023-08-01,
C3,A02,manager,petra.amsel@alder.example,2023-08-01,
"""
HANDOFFS = """handoff_id,account_id,kind,handed_off_at,from_email,to_email,goals,stakeholder_sponsor
H1,A01,sales_to_onboarding,2023-06-01T09:00:00Z,,ima.sato@postsale.example,Ask Petra.Amsel@alder.example,Petra Amsel
"""
CONTACT = "petra.amsel@alder.example"


@pytest.fixture(scope="module")
def company(built_once: Callable[[str, Callable[[Path], Company]], Company]) -> Company:
    """The hand-computed company with contacts and a handoff, published twice without pages."""

    def make(folder: Path) -> Company:
        shutil.copytree(FIXTURE_COMPANY, folder / "company")
        (folder / "company" / "files" / "contacts.csv").write_text(CONTACTS)
        (folder / "company" / "files" / "handoffs.csv").write_text(HANDOFFS)
        return Company(folder / "company" / "postsale.toml", folder / "home").build("--no-site")

    return built_once("forget", make)


def texts(home: Path) -> Iterator[tuple[Path, str]]:
    """Everything below a home as text in small letters: Parquet and DuckDB decoded, all else byte by byte."""
    for path in sorted(home.rglob("*")):
        if not path.is_file() or path.is_symlink():
            continue
        raw = path.read_bytes()
        yield path, (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8", errors="ignore").lower()
        if path.suffix == ".parquet":
            yield path, str(duckdb.sql(f"from read_parquet('{path}', hive_partitioning=false)").fetchall()).lower()
        elif path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as connection:
                tables = connection.execute(
                    "select schema_name, table_name from duckdb_tables() where not internal"
                ).fetchall()
                for schema, table in tables:
                    yield path, str(connection.execute(f'from "{schema}"."{table}"').fetchall()).lower()


def holders(home: Path, *needles: str) -> set[str]:
    return {str(path.relative_to(home)) for path, text in texts(home) if any(needle in text for needle in needles)}


def published(company: Company) -> list[tuple[Any, ...]]:
    """Every exported value by metric, period and slice, as the ledger knows it; names of slices left out."""
    return rows(
        company.warehouse,
        "select metric, grain, metric_time, value from (select *, row_number() over "
        "(partition by metric, grain, metric_time, slice order by sequence desc) as newest from audit.ledger "
        "where kind in ('value', 'withdrawn')) where newest = 1 and kind = 'value' order by all",
    )


def forgotten(company: Company, person: str) -> dict[str, Any]:
    shown = company.postsale("forget", person, "--dry-run", "--format", "json")
    assert shown.returncode == 0, shown.stderr
    outcome = company.postsale("forget", person, "--yes", "--format", "json")
    assert outcome.returncode == 0, outcome.stderr
    told: dict[str, Any] = json.loads(outcome.stdout)
    assert [row["file"] for row in json.loads(shown.stdout)["touched"]] == [row["file"] for row in told["touched"]]
    return told


def test_a_contact_is_forgotten_and_every_published_number_stays(company: Company) -> None:
    assert holders(company.home, CONTACT), "the person is there to begin with"
    before = published(company)
    assert company.postsale("forget", CONTACT).returncode == 2, "not without asking"
    assert company.postsale("forget", "nobody@alder.example", "--yes").returncode == 2

    told = forgotten(company, CONTACT)
    assert holders(company.home, CONTACT) == set()
    assert published(company) == before
    assert {Path(file.split(": ", 1)[1]).name for file in told["still_held_by"]} == {"contacts.csv", "handoffs.csv"}
    assert company.postsale("history", "--verify").returncode == 0

    erased = rows(company.warehouse, "select distinct pseudonym, area from audit.erasure")
    assert (told["pseudonym"], "raw") in erased

    # The file still holds the person: it is read again in full and brings nobody back.
    shutil.rmtree(company.home / "dagster" / "history", ignore_errors=True)
    file = company.config.parent / "files" / "contacts.csv"
    file.write_text(file.read_text() + "\n")
    company.build("--no-site")
    assert published(company) == before
    assert holders(company.home, CONTACT) == set()
