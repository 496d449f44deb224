"""A published number that changes is explained by the command, and the explanation outlives the warehouse."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

from tests.conftest import Company


def test_history_says_how_far_each_cause_moved_the_number(restated_build: Company) -> None:
    outcome = restated_build.postsale("history", "arr", "--at", "2025-03-31", "--format", "json")
    first, second = json.loads(outcome.stdout)
    assert (first["value"], first["is_restatement"], first["parts"]) == (366000, False, [])
    assert (second["value"], second["difference"], second["is_restatement"]) == (389000, 23000, True)
    parts = {part["cause"]: Decimal(part["difference"]) for part in second["parts"]}
    assert parts == {"rows_late": 5000, "rows_changed": 11000, "fx": 7000}
    assert [(item["file"], item["row"]) for item in second["findings"][0]["items"]] == [("subscriptions.csv", 8)]


def test_history_says_what_each_cause_consists_of(restated_build: Company) -> None:
    late = "books subscriptions.csv row 17, subscription_id S16, added"
    others = (
        "books subscriptions.csv row 8, subscription_id S07: arr 50000 → 60000",
        "policy fx_rates.csv row 2, currency EUR, fiscal_year 2025: rate 1.10 → 1.20",
    )
    table = restated_build.postsale("history", "arr", "--at", "2025-03-31").stdout
    assert "restated by build" in table
    for words in (late, *others):
        assert words in table
    # The late row is of a customer who was none a year before: it moved the ARR and not the NRR.
    table = restated_build.postsale("history", "nrr", "--at", "2025-03-31").stdout
    assert late not in table
    for words in others:
        assert words in table
    csv = restated_build.postsale("history", "arr", "--at", "2025-03-31", "--format", "csv").stdout
    assert csv.splitlines()[-1].endswith('23000,True,"rows_late +5000, rows_changed +11000, fx +7000"')


def test_the_explanation_survives_a_rebuild_of_everything_else(restated_build: Company, tmp_path: Path) -> None:
    shutil.copytree(restated_build.home, tmp_path / "home", symlinks=True)
    company = Company(restated_build.config, tmp_path / "home")
    before = company.postsale("history", "arr", "--at", "2025-03-31", "--format", "csv").stdout
    (company.home / "current").unlink()
    shutil.rmtree(company.home / "builds")
    company.build("--no-site", "--full-refresh")
    assert company.postsale("history", "arr", "--at", "2025-03-31", "--format", "csv").stdout == before
    assert company.postsale("history", "--verify").returncode == 0


def test_a_raw_file_that_was_deleted_is_named_and_nothing_is_published(restated_build: Company, tmp_path: Path) -> None:
    shutil.copytree(restated_build.home, tmp_path / "home", symlinks=True)
    company = Company(restated_build.config, tmp_path / "home")
    build = (company.home / "current").resolve()
    path = next(path for path in (company.home / "raw" / "canonical" / "accounts").rglob("0*.parquet"))
    path.unlink()
    for command in (("run", "--no-site"), ("history", "--verify")):
        outcome = company.postsale(*command)
        assert outcome.returncode == 1
        assert f"load {path.stem} of books accounts.csv: 10 rows" in outcome.stdout + outcome.stderr
    assert (company.home / "current").resolve() == build
