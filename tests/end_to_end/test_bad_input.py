"""Bad input: each kind is named with its file and row, and the site that was up stays up."""

from __future__ import annotations

import json
import shutil
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import pytest

from orchestration.lib.site import site_server
from tests.conftest import FIXTURE_COMPANY, Company


class Fault(NamedTuple):
    """How a company is damaged, what `check` says of it, and what `run` does about it."""

    damage: Callable[[Path], None]
    said: tuple[str, ...]
    check_code: int
    run_code: int


def replaced(name: str, old: str, new: str) -> Callable[[Path], None]:
    def damage(company: Path) -> None:
        file = company / name
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new, 1))

    return damage


def appended(name: str, line: str) -> Callable[[Path], None]:
    def damage(company: Path) -> None:
        with (company / name).open("a") as stream:
            stream.write(line)

    return damage


def rewritten(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def damage(company: Path) -> None:
        file = company / name
        file.write_bytes(change(file.read_bytes()))

    return damage


def segments_with_a_gap(company: Path) -> None:
    (company / "policy" / "segments.csv").write_text(
        "segment,acv_from,acv_below,target_days,good_days,load_min,load_max,load_unit\n"
        "high_touch,100000,,60,30,5,15,onboardings\n"
        "hybrid,25000,90000,30,14,15,30,onboardings\n"
        "tech_touch,0,25000,14,7,50,100,accounts\n"
    )


def latin_1(content: bytes) -> bytes:
    return content.decode().replace("Cedar Shop", "Café Zürich").encode("latin-1")


FAULTS = {
    "missing_required_column": Fault(
        replaced("files/subscriptions.csv", "start_date", "begin_date"),
        ("subscriptions.csv", "missing_column", "start_date"),
        1,
        1,
    ),
    "unknown_currency": Fault(
        appended("files/subscriptions.csv", "S16,A03,core,2024-05-01,,500,,XTS,1,,\n"), ("XTS", "fx_rates"), 1, 1
    ),
    "end_before_start": Fault(
        appended("files/subscriptions.csv", "S16,A03,core,2024-05-01,2024-04-01,500,,USD,1,,\n"),
        ("subscriptions.csv", "row 17", "end_before_start"),
        1,
        0,
    ),
    "duplicate_id_with_different_content": Fault(
        appended("files/accounts.csv", "A03,Cedar Shop Again,,99000,,,,,\n"),
        ("accounts.csv", "row 12", "conflicting_duplicate", "row 4"),
        1,
        0,
    ),
    "negative_duration": Fault(
        appended("files/time_entries.csv", "T16,dana.reyes@postsale.example,A01,2024-07-02,-4,Configuration,false\n"),
        ("time_entries.csv", "row 17", "negative_duration"),
        1,
        0,
    ),
    "latin_1": Fault(rewritten("files/accounts.csv", latin_1), ("accounts.csv", "wrong_encoding"), 1, 1),
    "byte_order_mark": Fault(rewritten("files/accounts.csv", lambda content: b"\xef\xbb\xbf" + content), ("",), 0, 0),
    "truncated_last_line": Fault(
        appended("files/subscriptions.csv", "S16,A03,co"), ("subscriptions.csv", "row 17", "truncated_line"), 1, 0
    ),
    "empty_file": Fault(rewritten("files/holds.csv", lambda _: b""), ("holds.csv", "empty_file"), 1, 1),
    "config_key_with_a_typo": Fault(
        replaced("postsale.toml", "reporting_currency", "reporting_curency"),
        ("reporting_curency", "reporting_currency"),
        2,
        2,
    ),
    "gap_between_segments": Fault(segments_with_a_gap, ("segments.csv", "90000", "100000"), 1, 1),
}
# Refused files stop a run only as long as nothing of the object was ever accepted: later, what was accepted stays.
NOTHING_ACCEPTED = ("missing_required_column", "latin_1", "empty_file")
STOPS = ("unknown_currency", "config_key_with_a_typo", "gap_between_segments")
SET_ASIDE = ("end_before_start", "duplicate_id_with_different_content", "negative_duration", "byte_order_mark")


@pytest.fixture
def company(tmp_path: Path) -> Company:
    shutil.copytree(FIXTURE_COMPANY, tmp_path / "company")
    return Company(tmp_path / "company" / "postsale.toml", tmp_path / "home")


@pytest.mark.parametrize("name", FAULTS)
def test_check_names_it(company: Company, name: str) -> None:
    fault = FAULTS[name]
    fault.damage(company.config.parent)
    outcome = company.postsale("check")
    assert outcome.returncode == fault.check_code, outcome.stdout + outcome.stderr
    for words in fault.said:
        assert words in outcome.stdout + outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_check_lists_problems_for_programs(company: Company) -> None:
    FAULTS["end_before_start"].damage(company.config.parent)
    outcome = company.postsale("check", "--format", "json")
    found = [problem for problem in json.loads(outcome.stdout) if problem["reason"] == "end_before_start"]
    assert [(problem["file"], problem["row"]) for problem in found] == [("subscriptions.csv", 17)]


@pytest.fixture(scope="module")
def served(fixture_build: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Company, str]]:
    """A published company of its own, served: a copy, for these tests damage it."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(fixture_build.config.parent, folder / "company")
    shutil.copytree(fixture_build.home, folder / "home", symlinks=True)
    company = Company(folder / "company" / "postsale.toml", folder / "home")
    server = site_server(company.site)
    Thread(target=server.serve_forever, daemon=True).start()
    yield company, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.mark.parametrize("name", STOPS)
def test_run_stops_and_what_was_served_stays(served: tuple[Company, str], tmp_path: Path, name: str) -> None:
    company, url = served
    page = urllib.request.urlopen(url).read()
    warehouse = company.warehouse.resolve()
    assert_stops(FAULTS[name], tmp_path, company.home)
    assert company.warehouse.resolve() == warehouse
    assert urllib.request.urlopen(url).read() == page
    if FAULTS[name].run_code == 1:
        assert json.loads(urllib.request.urlopen(f"{url}last-run.json").read())["failed"]["step"]


@pytest.fixture(scope="module")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which nothing was ever published; its raw zone is emptied before each use."""
    return tmp_path_factory.mktemp("new") / "home"


@pytest.mark.parametrize("name", NOTHING_ACCEPTED)
def test_run_stops_when_nothing_of_an_object_was_ever_accepted(new_home: Path, tmp_path: Path, name: str) -> None:
    shutil.rmtree(new_home / "raw", ignore_errors=True)
    assert_stops(FAULTS[name], tmp_path, new_home)
    assert not (new_home / "current").exists()


def assert_stops(fault: Fault, folder: Path, home: Path) -> None:
    shutil.copytree(FIXTURE_COMPANY, folder / "company")
    fault.damage(folder / "company")
    outcome = Company(folder / "company" / "postsale.toml", home).postsale("run", "--no-site")
    assert outcome.returncode == fault.run_code, outcome.stdout + outcome.stderr
    for words in fault.said:
        assert words in outcome.stderr + outcome.stdout
    assert len(outcome.stderr.strip().splitlines()) == 1


def test_run_sets_rows_aside_and_says_so(company: Company) -> None:
    for name in (*SET_ASIDE, "truncated_last_line"):
        FAULTS[name].damage(company.config.parent)
    outcome = company.postsale("run", "--no-site")
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    for reason in ("end_before_start", "conflicting_duplicate", "negative_duration", "truncated_line"):
        assert reason in outcome.stdout
    answer = company.postsale("query", "arr", "--since", "2025-03-01", "--format", "json")
    assert json.loads(answer.stdout)[-1]["arr"] == 366000
