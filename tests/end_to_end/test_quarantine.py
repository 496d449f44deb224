"""A row is set aside, mended and replayed: what the preview says is what the next run publishes."""

from __future__ import annotations

import hashlib
import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import FIXTURE_COMPANY, Company
from tests.dbt.project import rows

# A line of 12,000 a year from October 2024 on, written the German way.
BROKEN = 'S16,A09,core,2024-10-01,,"12.000,00",,USD,1,,\n'
FIRST_MONTH, LAST_MONTH = "2024-10-01", "2025-03-01"


@pytest.fixture(scope="module")
def company(built_once: Callable[[str, Callable[[Path], Company]], Company]) -> Company:
    """The hand-computed company with one row more, which its contract refuses, published without pages."""

    def make(folder: Path) -> Company:
        shutil.copytree(FIXTURE_COMPANY, folder / "company")
        with (folder / "company" / "files" / "subscriptions.csv").open("a") as stream:
            stream.write(BROKEN)
        return Company(folder / "company" / "postsale.toml", folder / "home").build("--no-site")

    return built_once("quarantine", make)


def answer(company: Company, *arguments: str) -> Any:
    outcome = company.postsale(*arguments, "--format", "json")
    assert outcome.returncode == 0, outcome.stderr
    return json.loads(outcome.stdout)


def is_same(found: float | None, expected: float | None) -> bool:
    """Two numbers, or no number on either side: many metrics have none in a month."""
    if found is None or expected is None:
        return found is expected
    return math.isclose(found, expected, rel_tol=1e-12)


def published_values(company: Company, metrics: list[str]) -> dict[str, dict[str, Any]]:
    found = answer(company, "query", *metrics)
    return {row["metric_time"]: row for row in found}


def test_what_the_preview_says_is_what_the_next_run_publishes(company: Company) -> None:
    (listed,) = answer(company, "quarantine", "list")
    assert (listed["object"], listed["row"], listed["reason"], listed["status"]) == (
        "subscriptions",
        17,
        "bad_type",
        "open",
    )
    told = answer(company, "quarantine", "show", listed["id"])
    assert (told["value"], told["record"]["subscription_id"]) == ("12.000,00", "S16")

    refused = company.postsale("quarantine", "replay", listed["id"])
    assert refused.returncode == 1
    assert "bad_type" in refused.stderr and "nothing was loaded" in refused.stderr
    assert company.postsale("quarantine", "show", "00000000").returncode == 2

    state = hashlib.sha256(company.warehouse.read_bytes()).hexdigest()
    mend = ("quarantine", "replay", listed["id"], "--set", "arr=12000")
    preview = answer(company, *mend)
    effect = preview["effect"]
    (account,) = effect["accounts"]
    assert (account["account_id"], account["before"], account["after"], account["months"]) == ("A09", 42000, 54000, 6)
    arr = {change["metric_time"]: change for change in effect["metrics"] if change["metric"] == "arr"}
    assert (min(arr), max(arr), len(arr)) == (FIRST_MONTH, LAST_MONTH, 6)
    assert (arr[LAST_MONTH]["before"], arr[LAST_MONTH]["after"]) == (366000, 378000)
    assert preview["loads"] == []
    assert answer(company, "quarantine", "list", "--status", "replayed") == []
    assert hashlib.sha256(company.warehouse.read_bytes()).hexdigest() == state, "a preview touches nothing published"

    before = published_values(company, effect["computed"])
    (load,) = answer(company, *mend, "--yes")["loads"]
    company.build("--no-site")
    after = published_values(company, effect["computed"])
    said = {(change["metric"], change["metric_time"]): change for change in effect["metrics"]}
    for month, row in after.items():
        for metric in effect["computed"]:
            change = said.get((metric, month))
            expected = before[month][metric] if change is None else change["after"]
            assert is_same(row[metric], expected), (metric, month)
            if change is not None:
                assert is_same(change["before"], before[month][metric]), (metric, month)

    assert rows(company.warehouse, "select row_number, reason, replayed_by_load from audit.quarantine") == [
        (17, "bad_type", load)
    ]
    assert rows(
        company.warehouse,
        "select load_id, file, status, rows_arrived, rows_loaded from audit.load where status = 'replayed'",
    ) == [(load, "subscriptions.csv", "replayed", 1, 1)]
    again = company.postsale("run", "--no-site")
    assert "Nothing changed" in again.stdout, "the folder that still holds the broken row brings nothing new"


def test_rows_of_the_sample_that_point_to_nothing_are_listed_with_their_mend(sample_build: Company) -> None:
    counts = answer(sample_build, "quarantine", "list", "--by", "reason")
    assert sum(group["faults"] for group in counts) == len(rows(sample_build.warehouse, "from audit.quarantine"))
    orphans = answer(sample_build, "quarantine", "list", "--stage", "build")
    assert {orphan["reason"] for orphan in orphans} >= {"unknown_account", "unknown_onboarding"}
    lost = next(orphan for orphan in orphans if orphan["object"] == "SBQQ__Subscription__c")
    told = answer(sample_build, "quarantine", "show", lost["id"])
    assert told["record"]["SBQQ__Account__c"] == "0015g000000WdM1AAK"
    assert "when what it points to is delivered" in told["mend"]
    ids = {fault[0] for fault in rows(sample_build.warehouse, "select quarantine_id from audit.quarantine")}
    shown = answer(sample_build, "quarantine", "show", lost["id"])["quarantine_id"]
    assert shown in ids


def test_ids_are_those_of_the_warehouse(sample_build: Company) -> None:
    listed = {fault["id"] for fault in answer(sample_build, "quarantine", "list")}
    known = {fault[0][:8] for fault in rows(sample_build.warehouse, "select quarantine_id from audit.quarantine")}
    assert listed == known


@pytest.mark.parametrize("how", ["--loads", "--objects"])
def test_every_row_of_the_sample_is_accounted_for(sample_build: Company, how: str) -> None:
    balance = answer(sample_build, "quarantine", "list", how)
    assert len(balance) > 30
    for row in balance:
        assert row["arrived"] == row["loaded"] + row["duplicate"] + row["quarantined"], row
        assert row["quarantined"] == row["in_quarantine"], row
    (totals,) = rows(
        sample_build.warehouse, "select sum(rows_arrived), sum(rows_loaded), sum(rows_quarantined) from audit.load"
    )
    assert tuple(sum(row[name] for row in balance) for name in ("arrived", "loaded", "quarantined")) == totals
