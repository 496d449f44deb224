"""Planted faults: really in the files, found as such by the loader, and never a loss of a proper row."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.config import load_config
from orchestration.lib.loader import load_source, prepare_raw_zone
from orchestration.lib.sample.parameters import Parameters
from orchestration.lib.sample.write import SampleSummary, write_parameters

AT_BUILD = ("unknown_account", "unknown_onboarding")


@pytest.fixture(scope="module")
def planted(written: SampleSummary) -> dict[tuple[str, str], int]:
    with (written.path / "truth" / "faults.csv").open(encoding="utf-8") as file:
        return {(row["object"], row["fault"]): int(row["rows"]) for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same company without faults."""
    folder = tmp_path_factory.mktemp("clean") / "company"
    return write_parameters(folder, replace(Parameters(40, 18, 11), faults=False)).path


def lines(folder: Path, connector: str, name: str) -> Iterator[str]:
    """Records of an object as text, in order of delivery, without CSV headers."""
    for path in sorted((folder / "exports" / connector).rglob(f"{name}.*")):
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        text = content.decode("utf-8", errors="replace")
        yield from text.splitlines()[0 if path.suffix == ".gz" else 1 :]


def objects(folder: Path, connector: str, name: str) -> Iterator[dict]:
    for line in lines(folder, connector, name):
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            continue


def rows(folder: Path, connector: str, name: str) -> Iterator[dict[str, str]]:
    for path in sorted((folder / "exports" / connector).rglob(f"{name}.csv")):
        yield from csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8", errors="replace")))


def test_every_kind_of_fault_is_planted(planted: dict[tuple[str, str], int]) -> None:
    assert {fault for _, fault in planted} == {
        "duplicate",
        "late",
        "bad_type",
        "missing_value",
        "not_allowed",
        "truncated_line",
        "too_many_fields",
        "end_before_start",
        "negative_duration",
        "negative_amount",
        "conflicting_duplicate",
        "wrong_encoding",
        "unknown_account",
        "unknown_onboarding",
    }
    assert all(count > 0 for count in planted.values())


def test_the_loader_finds_exactly_the_planted_faults(
    written: SampleSummary, planted: dict[tuple[str, str], int], tmp_path: Path
) -> None:
    found = _load(written.path, tmp_path)
    assert found == {key: count for key, count in planted.items() if key[1] not in AT_BUILD}


def test_a_company_without_faults_loads_without_one(clean: Path, tmp_path: Path) -> None:
    found = _load(clean, tmp_path)
    # a ticket solved a quarter later comes again with that delivery: late, and no fault
    assert set(found) <= {("tickets", "late")}


def _load(folder: Path, home: Path) -> dict[tuple[str, str], int]:
    config = load_config(folder / "postsale.toml")
    prepare_raw_zone(home)
    found: Counter[tuple[str, str]] = Counter()
    for source in config.sources:
        for record in load_source(config, home, source):
            found[record.object, "duplicate"] += record.rows_duplicate or 0
            found[record.object, "late"] += record.rows_late or 0
    quarantine = home / "raw" / "_quarantine" / "**" / "*.parquet"
    rejected = duckdb.sql(
        f"select object, reason, count(*) from read_parquet('{quarantine}', union_by_name = true) group by all"
    ).fetchall()
    for name, reason, count in rejected:
        found[name, reason] += count
    return {key: count for key, count in found.items() if count}


@pytest.mark.parametrize(
    ("connector", "name"),
    [
        ("salesforce", "Account"),
        ("salesforce", "Milestone__c"),
        ("salesforce", "SBQQ__Subscription__c"),
        ("salesforce", "Event"),
        ("segment", "track"),
        ("harvest", "time_entries"),
        ("zendesk", "tickets"),
        ("delighted", "survey_responses"),
    ],
)
def test_every_proper_row_arrives_whole(written: SampleSummary, clean: Path, connector: str, name: str) -> None:
    assert set(lines(clean, connector, name)) <= set(lines(written.path, connector, name))


def test_the_right_answers_do_not_know_of_faults(written: SampleSummary, clean: Path) -> None:
    assert (written.path / "truth" / "metrics.csv").read_bytes() == (clean / "truth" / "metrics.csv").read_bytes()


def test_repeated_rows_are_repeated(written: SampleSummary, planted: dict[tuple[str, str], int]) -> None:
    for connector, name in (("segment", "track"), ("harvest", "time_entries"), ("zendesk", "tickets")):
        counts = Counter(lines(written.path, connector, name))
        assert sum(count - 1 for count in counts.values()) == planted[name, "duplicate"]


def test_negative_hours_and_ends_before_starts(written: SampleSummary, planted: dict[tuple[str, str], int]) -> None:
    hours = [entry["hours"] for entry in objects(written.path, "harvest", "time_entries")]
    assert (
        sum(1 for value in hours if isinstance(value, float) and value < 0)
        == planted["time_entries", "negative_duration"]
    )
    ends = [
        row
        for row in rows(written.path, "salesforce", "SBQQ__Subscription__c")
        if row["SBQQ__SubscriptionEndDate__c"]
        and row["SBQQ__SubscriptionEndDate__c"] < row["SBQQ__SubscriptionStartDate__c"]
    ]
    assert len(ends) == planted["SBQQ__Subscription__c", "end_before_start"]


def test_unknown_accounts_are_in_no_account_export(written: SampleSummary, planted: dict[tuple[str, str], int]) -> None:
    known = {row["Id"] for row in rows(written.path, "salesforce", "Account")}
    stray = [one for one in objects(written.path, "segment", "track") if one["context"]["groupId"] not in known]
    assert len(stray) == planted["track", "unknown_account"]
    names = {row["Name"] for row in rows(written.path, "salesforce", "Account")}
    elsewhere = {
        one["id"]
        for one in objects(written.path, "harvest", "time_entries")
        if one["client"]["name"] not in names and "internal" not in one["client"]["name"]
    }
    assert len(elsewhere) == planted.get(("time_entries", "unknown_account"), 0)


def test_one_file_is_in_latin_1_and_its_row_comes_again(written: SampleSummary) -> None:
    broken = []
    for path in (written.path / "exports").rglob("*.csv"):
        try:
            path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            broken.append(path)
    assert [path.name for path in broken] == ["Contact.csv"]
    (row,) = csv.DictReader(io.StringIO(broken[0].read_text(encoding="latin-1")))
    again = [other for other in rows(written.path, "salesforce", "Contact") if other["Id"] == row["Id"]]
    assert row in again


def test_a_broken_off_file_ends_inside_a_row_that_comes_again(written: SampleSummary) -> None:
    cut = [
        path
        for path in (written.path / "exports" / "salesforce").rglob("*.csv")
        if not path.read_bytes().endswith(b"\n")
    ]
    assert [path.name for path in cut] == ["Milestone__c.csv"]
    last = cut[0].read_text(encoding="utf-8").splitlines()[-1]
    whole = [
        line for line in lines(written.path, "salesforce", "Milestone__c") if line.startswith(last) and line != last
    ]
    assert whole
