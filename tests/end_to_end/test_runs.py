"""How runs behave: quick when nothing changed, resumable when killed, one at a time, side by side in two homes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.home import Home, HomeLock
from tests.conftest import FIXTURE_COMPANY, POSTSALE, Company


@pytest.fixture
def own_copy(fixture_build: Company, tmp_path: Path) -> Company:
    """The hand-computed company with its published home, to be changed at will."""
    shutil.copytree(fixture_build.config.parent, tmp_path / "company")
    shutil.copytree(fixture_build.home, tmp_path / "home", symlinks=True)
    return Company(tmp_path / "company" / "postsale.toml", tmp_path / "home")


def build_id(company: Company) -> str:
    return str(json.loads((company.home / "current" / "build.json").read_text())["build_id"])


def marts(company: Company) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the marts, in key order."""
    with duckdb.connect(str(company.warehouse.resolve()), read_only=True) as warehouse:
        tables = warehouse.execute(
            "select table_name from information_schema.tables where table_schema = 'marts' order by 1"
        ).fetchall()
        return {name: warehouse.execute(f"select * from marts.{name} order by all").fetchall() for (name,) in tables}


def test_nothing_changed_is_said_and_nothing_is_built(fixture_build: Company) -> None:
    before = build_id(fixture_build)
    outcome = fixture_build.postsale("run")
    assert outcome.returncode == 0, outcome.stderr
    assert "Nothing changed" in outcome.stdout
    assert build_id(fixture_build) == before


def test_a_changed_input_is_built_and_the_raw_zone_grows(own_copy: Company) -> None:
    before = build_id(own_copy)
    loads = len(list((own_copy.home / "raw" / "_loads").glob("0*.parquet")))
    file = own_copy.config.parent / "files" / "subscriptions.csv"
    file.write_text(file.read_text().replace("S14,A09,core,2024-07-01,,42000", "S14,A09,core,2024-07-01,,43000"))
    own_copy.build("--no-site")
    assert build_id(own_copy) != before
    assert len(list((own_copy.home / "raw" / "_loads").glob("0*.parquet"))) == loads + 1
    answer = own_copy.postsale("query", "arr", "--since", "2025-03-01", "--format", "json")
    assert json.loads(answer.stdout)[-1]["arr"] == 367000
    # the pages of the build before are still there, and the summary says whose they are
    assert (own_copy.site / "index.html").is_file()
    assert json.loads((own_copy.home / "current" / "build.json").read_text())["site_build"] == before


def test_a_killed_run_goes_on_and_ends_in_the_same_state(fixture_build: Company, tmp_path: Path) -> None:
    shutil.copytree(FIXTURE_COMPANY, tmp_path / "company")
    company = Company(tmp_path / "company" / "postsale.toml", tmp_path / "home")
    run = subprocess.Popen(
        [str(POSTSALE), "run", "--no-site"],
        env=company.environment(),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert run.stdout is not None
    for line in run.stdout:
        if "as of 2025-03-31" in line:
            break
    time.sleep(2)  # into the transformation, wherever that is by now
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    assert not (company.home / "current").exists()

    company.build("--no-site")
    assert marts(company) == marts(fixture_build)


def test_a_second_run_in_one_home_is_refused(fixture_build: Company) -> None:
    with HomeLock(Home(fixture_build.home)):
        outcome = fixture_build.postsale("run", "--no-site")
    assert outcome.returncode == 1
    assert "another run is under way" in outcome.stderr
    assert "POSTSALE_HOME" in outcome.stderr


def test_two_homes_side_by_side(
    fixture_build: Company, minimal_build: Company, built_once: Callable[[str, Callable[[Path], Company]], Company]
) -> None:
    assert build_id(fixture_build) != build_id(minimal_build)
    for company in (fixture_build, minimal_build):
        build = json.loads((company.home / "current" / "build.json").read_text())
        assert build["as_of"] == "2025-03-31"
        answer = company.postsale("query", "arr", "--since", "2025-03-01", "--format", "json")
        assert json.loads(answer.stdout)[-1]["arr"] == 366000
        assert not any(
            str(fixture_build.home) in path.read_text(errors="ignore")
            for path in (minimal_build.home / "dbt").rglob("*.json")
        )


def test_what_is_not_connected_is_null_and_not_zero(minimal_build: Company) -> None:
    outcome = minimal_build.postsale(
        "query", "nrr", "hours", "median_days_to_first_value", "--since", "2025-03-01", "--format", "json"
    )
    assert outcome.returncode == 0, outcome.stderr
    last = json.loads(outcome.stdout)[-1]
    assert last["nrr"] == pytest.approx(324000 / 358000)
    assert last["hours"] is None
    assert last["median_days_to_first_value"] is None


def test_as_of_is_recorded_and_masks_what_came_later(own_copy: Company) -> None:
    own_copy.build("--no-site", "--as-of", "2024-12-31")
    build = json.loads((own_copy.home / "current" / "build.json").read_text())
    assert (build["as_of"], build["as_of_origin"]) == ("2024-12-31", "argument")
    answer = own_copy.postsale("query", "arr", "--format", "json")
    rows = json.loads(answer.stdout)
    assert (rows[-1]["metric_time"], rows[-1]["arr"]) == ("2024-12-01", 390000 - 60000 * 0.05)
    # EUR at the rate of fiscal year 2024 for every month
    assert {row["metric_time"]: row["arr"] for row in rows}["2024-03-01"] == 358000 - 50000 * 0.05


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "--as-of", "yesterday"), "2025-03-31"),
        (("run", "--known-at", "soon"), "--known-at"),
        (("run", "--config", "nowhere.toml"), "nowhere.toml"),
        (("query", "nr"), "nrr"),
        (("query", "nrr", "--by", "segmnt"), "segment"),
        (("query", "nrr", "--grain", "day"), "month"),
        (("query", "nrr", "--where", "segment = "), "segment"),
        (("query", "nrr", "--since", "2025"), "--since"),
        (("nothing",), "nothing"),
    ],
)
def test_what_cannot_be_used_is_one_line_and_exit_code_2(
    fixture_build: Company, arguments: tuple[str, ...], words: str
) -> None:
    outcome = fixture_build.postsale(*arguments)
    assert outcome.returncode == 2, outcome.stderr
    assert words in outcome.stderr
    assert len(outcome.stderr.strip().splitlines()) == 1
