"""What counts as unchanged, how arguments are read, what a person sees of progress."""

from __future__ import annotations

import io
from datetime import date, datetime
from pathlib import Path

import pytest

from orchestration.lib.config import load_config
from orchestration.lib.errors import UsageError
from orchestration.lib.home import Home
from orchestration.lib.run.progress import progress_to, say, tick
from orchestration.lib.run.request import parse_day, parse_moment
from orchestration.lib.run.unchanged import company_fingerprint, differences


@pytest.fixture
def company(tmp_path: Path) -> Path:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "accounts.csv").write_text("account_id,account_name\nA,Alder\n")
    (tmp_path / "postsale.toml").write_text('[sources.s]\nconnector = "canonical"\nkind = "files"\npath = "files"\n')
    return tmp_path


def fingerprint(company: Path, as_of: str | None = None) -> dict[str, str]:
    return company_fingerprint(
        load_config(company / "postsale.toml"), Home(company / "home"), as_of=as_of, known_at=None
    )


def test_a_touched_file_is_unchanged_and_a_changed_one_is_not(company: Path) -> None:
    before = fingerprint(company)
    file = company / "files" / "accounts.csv"
    file.write_text(file.read_text())
    assert fingerprint(company) == before
    file.write_text("account_id,account_name\nA,Ash\n")
    assert differences(before, fingerprint(company)) == ["the inputs, the policy or the configuration"]


def test_a_new_file_and_another_as_of_are_changes(company: Path) -> None:
    before = fingerprint(company)
    assert differences(before, fingerprint(company, as_of="2025-03-31")) == ["as_of or known_at"]
    (company / "files" / "subscriptions.csv").write_text("subscription_id\n")
    assert fingerprint(company)["inputs"] != before["inputs"]


def test_a_moved_company_is_the_same_company(company: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    before = fingerprint(company)
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "company"
    company.rename(elsewhere)
    assert fingerprint(elsewhere) == before


def test_days_and_moments() -> None:
    assert parse_day("2025-03-31") == date(2025, 3, 31)
    assert parse_day("") is None
    assert parse_moment("2025-03-31T18:00:00+02:00") == datetime(2025, 3, 31, 16)
    assert parse_moment("2025-03-31T18:00:00Z") == datetime(2025, 3, 31, 18)
    assert parse_moment("2025-03-31") == datetime(2025, 3, 31, 23, 59, 59, 999999)
    assert parse_moment(None) is None


@pytest.mark.parametrize("text", ["yesterday", "31.03.2025", "2025-02-30"])
def test_what_is_no_day_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError, match="2025-03-31"):
        parse_day(text)
    with pytest.raises(UsageError, match="--known-at"):
        parse_moment(text)


def test_signs_of_life_are_few_and_news_is_never_lost() -> None:
    seen = io.StringIO()
    with progress_to(seen):
        say("one")
        for _ in range(1000):
            tick("still going")
        say("two")
    say("nobody listens any more")
    lines = [line.split(" s  ")[1] for line in seen.getvalue().splitlines()]
    assert lines == ["one", "two"]
