"""What was set aside in the sample company is listed, shown with its mend, and accounted for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import Company
from tests.dbt.project import rows


def answer(company: Company, *arguments: str) -> Any:
    outcome = company.postsale(*arguments, "--format", "json")
    assert outcome.returncode == 0, outcome.stderr
    return json.loads(outcome.stdout)


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
