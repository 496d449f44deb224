"""A company whose raw zone holds pseudonyms has the same numbers, and each can be traced and handed to an auditor."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import FIXTURE_COMPANY, Company
from tests.dbt.project import rows
from tests.end_to_end.answers import asked
from tests.end_to_end.test_forget import CONTACTS, HANDOFFS, holders, published
from tests.end_to_end.test_hand_computed import close, expected
from tests.orchestration.lib.trace.test_package import AUDITOR

PRIVACY = '[privacy]\npseudonymise = ["contact", "staff", "free_text"]\nkey_env = "COMPANY_PRIVACY_KEY"\n'
KEY = {"COMPANY_PRIVACY_KEY": "a long and random key of this company"}
ADDRESSES = [
    *("petra.amsel@alder.example", "quentin.bord@birch.example", "dana.reyes@postsale.example"),
    *("eli.okafor@postsale.example", "ima.sato@postsale.example", "mo.lind@postsale.example"),
]


@pytest.fixture(scope="module")
def company(built_once: Callable[[str, Callable[[Path], Company]], Company]) -> Company:
    """The hand-computed company with contacts and a handoff, all that is personal replaced while it was loaded."""

    def make(folder: Path) -> Company:
        shutil.copytree(FIXTURE_COMPANY, folder / "company")
        (folder / "company" / "files" / "contacts.csv").write_text(CONTACTS)
        (folder / "company" / "files" / "handoffs.csv").write_text(HANDOFFS)
        config = folder / "company" / "postsale.toml"
        config.write_text(f"{config.read_text()}\n{PRIVACY}")
        made = Company(config, folder / "home")
        assert made.postsale("run", "--no-site").returncode == 2, "not without the key"
        outcome = made.postsale("run", "--no-site", env=KEY)
        assert outcome.returncode == 0, f"{outcome.stdout}\n{outcome.stderr}"
        return made

    return built_once("pseudonyms", make)


def test_no_address_is_kept(company: Company) -> None:
    assert holders(company.home, *ADDRESSES, "petra amsel", "is away in july") == set()
    ((files, rows_loaded),) = rows(company.warehouse, "select count(*), sum(rows_loaded) from audit.load")
    assert files > 0 and rows_loaded > 0


@pytest.mark.parametrize("dimension", ["", "csm"], ids=lambda name: name or "total")
def test_numbers_are_those_worked_out_by_hand(company: Company, dimension: str) -> None:
    hand = {answer: value for answer, value in expected()["month"].items() if answer.dimension == dimension}
    # The handoff is not among what was worked out by hand.
    hand = {answer: value for answer, value in hand.items() if not answer.metric.startswith("handoff")}
    found = asked(company, {answer.metric for answer in hand}, dimension=dimension, grain="month")
    assert hand
    assert [answer for answer, value in hand.items() if not close(found.get(answer), value)] == []


@pytest.mark.parametrize(
    ("metric", "at", "where"),
    [
        ("arr", "2025-03-31", "csm=Dana Reyes"),
        ("hours", "2024-07-31", "person=Dana Reyes"),
        ("handoff_completeness", "2023-06-30", ""),
    ],
)
def test_numbers_are_traced_and_handed_over(company: Company, tmp_path: Path, metric: str, at: str, where: str) -> None:
    slices = [f"--where={where}"] if where else []
    package = tmp_path / "package"
    traced = company.postsale("trace", metric, "--at", at, *slices, "--package", str(package))
    assert traced.returncode == 0, f"{traced.stdout}{traced.stderr}"
    assert json.loads((package / "definition.json").read_text())["value"]
    audited = subprocess.run(
        [sys.executable, "-I", "-c", AUDITOR], cwd=package, capture_output=True, text=True, timeout=300, check=False
    )
    assert audited.returncode == 0, audited.stderr


def test_the_ledger_and_the_raw_zone_verify(company: Company) -> None:
    verified = company.postsale("history", "--verify")
    assert verified.returncode == 0, verified.stdout
    assert "the raw zone is whole" in verified.stdout


def test_somebody_whose_address_is_a_pseudonym_already_is_forgotten(company: Company, tmp_path: Path) -> None:
    shutil.copytree(company.config.parent, tmp_path / "company")
    shutil.copytree(company.home, tmp_path / "home", symlinks=True)
    copy = Company(tmp_path / "company" / "postsale.toml", tmp_path / "home")
    before = published(copy)
    assert holders(copy.home, "dana reyes"), "names of staff are no pseudonyms: they name a book"
    assert copy.postsale("forget", "dana.reyes@postsale.example", "--yes").returncode == 2, "not without the key"
    outcome = copy.postsale("forget", "dana.reyes@postsale.example", "--yes", "--format", "json", env=KEY)
    assert outcome.returncode == 0, outcome.stderr
    pseudonym = json.loads(outcome.stdout)["pseudonym"]
    assert holders(copy.home, "dana reyes", *ADDRESSES) == set()
    expected = {(*key, slice_.replace('"Dana Reyes"', f'"{pseudonym}"')): n for (*key, slice_), n in before.items()}
    assert expected.keys() != before.keys()
    assert published(copy) == pytest.approx(expected, rel=1e-12)
    assert copy.postsale("history", "--verify").returncode == 0
    traced = copy.postsale("trace", "arr", "--at", "2025-03-31", f"--where=csm={pseudonym}")
    assert traced.returncode == 0, f"{traced.stdout}{traced.stderr}"
