"""A contact and a member of staff are forgotten: nothing of them remains, and every published number does."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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
HANDOFFS = """handoff_id,account_id,kind,handed_off_at,from_email,to_email,goals,risks,stakeholder_sponsor
H1,A01,sales_to_onboarding,2023-06-01T09:00:00Z,dana.reyes@postsale.example,ima.sato@postsale.example,\
Ask Petra.Amsel@alder.example,Dana Reyes is away in July,Petra Amsel
"""


@dataclass(frozen=True)
class Someone:
    """Who is forgotten. ``name``: as the pages call a member of staff; of a contact they hold nothing."""

    email: str
    name: str | None
    files: frozenset[str]
    traced: tuple[tuple[str, str, str], ...]

    @property
    def needles(self) -> tuple[str, ...]:
        return (self.email, *([self.name.lower()] if self.name else []))


CONTACT = Someone(
    "petra.amsel@alder.example",
    None,
    frozenset({"contacts.csv", "handoffs.csv"}),
    (("handoff_completeness", "2023-06-30", ""),),
)
STAFF = Someone(
    "dana.reyes@postsale.example",
    "Dana Reyes",
    frozenset({"people.csv", "accounts.csv", "account_owners.csv", "handoffs.csv", "time_entries.csv"}),
    (
        ("arr", "2025-03-31", "csm={pseudonym}"),
        ("arr", "2025-03-31", "csm={pseudonym} segment=high_touch"),
        ("hours", "2024-07-31", "person={pseudonym}"),
    ),
)


@dataclass(frozen=True)
class Forgotten:
    """A company in which someone was forgotten, what the command told, and what was published before."""

    company: Company
    person: Someone
    told: dict[str, Any]
    before: dict[tuple[Any, ...], float]


@pytest.fixture(scope="module")
def company(built_once: Callable[[str, Callable[[Path], Company]], Company]) -> Company:
    """The hand-computed company with contacts and a handoff, published without pages. Read only: copy it."""

    def make(folder: Path) -> Company:
        shutil.copytree(FIXTURE_COMPANY, folder / "company")
        (folder / "company" / "files" / "contacts.csv").write_text(CONTACTS)
        (folder / "company" / "files" / "handoffs.csv").write_text(HANDOFFS)
        return Company(folder / "company" / "postsale.toml", folder / "home").build("--no-site")

    return built_once("forget", make)


@pytest.fixture(scope="module", params=[CONTACT, STAFF], ids=["contact", "staff"])
def forgotten(company: Company, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Forgotten:
    """A copy of the company in which the person was forgotten, as shown before."""
    person: Someone = request.param
    folder = tmp_path_factory.mktemp("forgotten")
    shutil.copytree(company.config.parent, folder / "company")
    shutil.copytree(company.home, folder / "home", symlinks=True)
    copy = Company(folder / "company" / "postsale.toml", folder / "home")
    assert holders(copy.home, person.email), "the person is there to begin with"
    assert copy.postsale("forget", person.email).returncode == 2, "not without asking"
    before = published(copy)
    shown = copy.postsale("forget", person.email, "--dry-run", "--format", "json")
    assert shown.returncode == 0, shown.stderr
    outcome = copy.postsale("forget", person.email, "--yes", "--format", "json")
    assert outcome.returncode == 0, outcome.stderr
    told: dict[str, Any] = json.loads(outcome.stdout)
    would = json.loads(shown.stdout)["touched"]
    done = [(one["area"], one["file"], one["rows_changed"]) for one in told["touched"]]
    assert [(one["area"], one["file"], one["rows_changed"]) for one in would] == done
    return Forgotten(copy, person, told, before)


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


def published(company: Company) -> dict[tuple[Any, ...], float]:
    """Every exported value by metric, grain, period and slice, as the ledger knows it."""
    found = rows(
        company.warehouse,
        "select metric, grain, metric_time, slice, value from (select *, row_number() over "
        "(partition by metric, grain, metric_time, slice order by sequence desc) as newest from audit.ledger "
        "where kind in ('value', 'withdrawn')) where newest = 1 and kind = 'value'",
    )
    return {tuple(key): float(value) for *key, value in found}


def test_somebody_unknown_is_not_forgotten(company: Company) -> None:
    assert company.postsale("forget", "nobody@alder.example", "--yes").returncode == 2


def test_nothing_in_the_home_holds_the_person(forgotten: Forgotten) -> None:
    assert holders(forgotten.company.home, *forgotten.person.needles) == set()
    held = {Path(file.split(": ", 1)[1]).name for file in forgotten.told["still_held_by"]}
    assert held == forgotten.person.files
    erased = rows(forgotten.company.warehouse, "select distinct pseudonym, area from audit.erasure")
    areas = {"raw", "build", *(["ledger"] if forgotten.person.name else [])}
    assert {(forgotten.told["pseudonym"], area) for area in areas} <= set(erased)


def test_every_published_number_stays_under_the_pseudonym(forgotten: Forgotten) -> None:
    name, pseudonym = forgotten.person.name or "", forgotten.told["pseudonym"]

    def renamed(slice_: str) -> str:
        return slice_.replace(f'"{name}"', f'"{pseudonym}"') if name else slice_

    expected = {(*key, renamed(slice_)): value for (*key, slice_), value in forgotten.before.items()}
    assert (expected.keys() == forgotten.before.keys()) is (forgotten.person is CONTACT)
    assert published(forgotten.company) == pytest.approx(expected, rel=1e-12)
    verified = forgotten.company.postsale("history", "--verify")
    assert verified.returncode == 0, verified.stdout
    if name:
        history = forgotten.company.postsale(
            "history", "arr", "--at", "2025-03-31", "--where", f"csm={pseudonym}", "--format", "json"
        )
        (entry,) = json.loads(history.stdout)
        assert not entry["is_restatement"], "one value, published once"


def test_numbers_behind_which_the_person_stands_are_traced_and_reconcile(forgotten: Forgotten, tmp_path: Path) -> None:
    for number, (metric, at, slice_) in enumerate(forgotten.person.traced):
        where = [f"--where={one}" for one in slice_.format(pseudonym=forgotten.told["pseudonym"]).split()]
        package = tmp_path / f"package-{number}"
        traced = forgotten.company.postsale("trace", metric, "--at", at, *where, "--package", str(package))
        assert traced.returncode == 0, f"{metric} {where}: {traced.stdout}{traced.stderr}"
        assert json.loads((package / "definition.json").read_text())["value"]
        assert holders(package, *forgotten.person.needles) == set()


@pytest.mark.parametrize("forgotten", [STAFF], ids=["staff"], indirect=True)
def test_an_edit_of_an_erased_file_is_still_found(forgotten: Forgotten) -> None:
    (file,) = (forgotten.company.home / "raw" / "canonical" / "account_owners").rglob("load_date=*/*.parquet")
    kept = file.read_bytes()
    changed = f"select * replace ('2020-01-01' as from_on) from read_parquet('{file}', hive_partitioning=false)"
    duckdb.sql(f"copy ({changed}) to '{file}.edited' (format parquet)")
    file.with_name(f"{file.name}.edited").replace(file)
    traced = forgotten.company.postsale("trace", "arr", "--at", "2025-03-31", "--where", "segment=high_touch")
    file.write_bytes(kept)
    assert traced.returncode == 1
    assert "account_owners.csv" in traced.stderr and "was changed since it was loaded" in traced.stderr


@pytest.mark.parametrize("forgotten", [CONTACT], ids=["contact"], indirect=True)
def test_a_file_that_still_holds_the_person_brings_nobody_back(forgotten: Forgotten) -> None:
    company = forgotten.company
    file = company.config.parent / "files" / "contacts.csv"
    file.write_text(file.read_text() + "\n")
    company.build("--no-site")
    assert published(company) == pytest.approx(forgotten.before, rel=1e-12)
    assert holders(company.home, *forgotten.person.needles) == set()
