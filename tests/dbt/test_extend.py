"""docs/extend.md, carried out: its files are written into a copy of the project, its commands run, its tables read."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.dbt.project import ROOT, dbt_environment, rows

PAGE = ROOT / "docs" / "extend.md"
NEW_FILE = re.compile(r"^`([^`]+)`\n\n```(?:yaml|sql)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CHANGE = re.compile(r"^`([^`]+)`\n\n```diff\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SOURCE = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)

CONVERSATIONS = (
    {
        "id": 1,
        "company": {"external_id": "a1"},
        "priority": "priority",
        "state": "closed",
        "created_at": 1709629920,
        "updated_at": 1709716320,
        "statistics": {"last_close_at": 1709716320},
    },
    {
        "id": 2,
        "company": {"external_id": "a1"},
        "priority": "not_priority",
        "state": "open",
        "created_at": 1709629920,
        "updated_at": 1709629920,
        "statistics": {"last_close_at": None},
    },
    {
        "id": 3,
        "company": {"external_id": "zz"},
        "priority": "not_priority",
        "state": "open",
        "created_at": 1709629920,
        "updated_at": 1709629920,
        "statistics": {"last_close_at": None},
    },
    {
        "id": 4,
        "company": {"external_id": "a1"},
        "priority": "urgent",
        "state": "open",
        "created_at": 1709629920,
        "updated_at": 1709629920,
        "statistics": {"last_close_at": None},
    },
)

LOAD = """
from pathlib import Path
from orchestration.lib.config import load_config
from orchestration.lib.loader import load_policy, load_source, prepare_raw_zone
from orchestration.lib.parameters import resolve
config, home = load_config(Path("company/postsale.toml")), Path("home").resolve()
prepare_raw_zone(home)
load_policy(config, home)
for source in config.sources:
    load_source(config, home, source)
resolve(config, home).write(home)
"""


@dataclass(frozen=True)
class Extended:
    """A copy of the project after every step of the page."""

    folder: Path

    def run(self, *command: str) -> None:
        """Runs a command in the copy; fails with its own words."""
        environment = dbt_environment(self.folder / "home") | {"PYTHONPATH": str(self.folder)}
        outcome = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=600, check=False
        )
        assert outcome.returncode == 0, outcome.stdout[-6000:] + outcome.stderr[-3000:]

    @property
    def warehouse(self) -> Path:
        """The database that dbt builds."""
        return self.folder / "home" / "next" / "warehouse.duckdb"


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Extended:
    folder = tmp_path_factory.mktemp("extended")
    copy = Extended(folder)
    for name in ("orchestration", "dbt_project"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "target", "logs"))
    shutil.copy(ROOT / "requirements.lock", folder)
    (folder / "reports").mkdir()
    page = PAGE.read_text(encoding="utf-8")
    for name, content in NEW_FILE.findall(page):
        path = folder / name
        assert not path.exists(), f"{name} exists already: the page would overwrite it"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    for name, change in CHANGE.findall(page):
        path = folder / name
        before = "".join(line[1:] + "\n" for line in change.splitlines() if not line.startswith("+"))
        after = "".join(line[1:] + "\n" for line in change.splitlines())
        assert path.read_text().count(before) == 1, f"{name} does not hold the lines that the page changes"
        path.write_text(path.read_text().replace(before, after))
    company = folder / "company"
    exports = company / "exports" / "intercom"
    exports.mkdir(parents=True)
    lines = [json.dumps(conversation) for conversation in CONVERSATIONS]
    (exports / "conversations.jsonl").write_text("\n".join(lines) + "\n")
    files = company / "files"
    files.mkdir()
    (files / "accounts.csv").write_text("account_id,account_name\na1,Acme\n")
    (files / "subscriptions.csv").write_text(
        "subscription_id,account_id,product,start_date,arr\ns1,a1,Core,2024-01-01,1200\n"
    )
    sources = "".join(SOURCE.findall(page))
    (company / "postsale.toml").write_text(
        'as_of = "2024-03-05"\n[sources.files]\nconnector = "canonical"\nkind = "files"\npath = "files"\n' + sources
    )
    for command in COMMAND.findall(page):
        program, *arguments = command.split()
        copy.run(sys.executable if program == "python" else program, *arguments)
    copy.run(sys.executable, "-c", LOAD)
    dbt = str(Path(sys.executable).with_name("dbt"))
    project = ("--quiet", "--project-dir", "dbt_project", "--profiles-dir", "dbt_project")
    copy.run(dbt, "run", *project, "--select", "+fct_conversation", "+audit_quarantine", "+int_raw_rows")
    selected = ("--select", "staging.intercom", "fct_conversation", "--indirect-selection", "cautious")
    copy.run(dbt, "test", *project, *selected)
    copy.run(dbt, "compile", *project, "--select", "audit_fact_sources")
    return copy


def test_the_page_has_every_step() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [name.rsplit("/", 1)[-1] for name, _ in NEW_FILE.findall(page)] == [
        "intercom.yml",
        "stg_intercom__conversations.sql",
        "stg_intercom__mapped_tickets.sql",
        "_intercom__models.yml",
        "fct_conversation.sql",
        "fct_conversation.yml",
    ]
    assert [name.rsplit("/", 1)[-1] for name, _ in CHANGE.findall(page)] == [
        "int_tickets_checked.sql",
        "int_raw_rows.sql",
        "fact_sources.sql",
    ]
    assert len(COMMAND.findall(page)) == len(SOURCE.findall(page)) == 1


def test_the_new_vendor_feeds_the_new_table(extended: Extended) -> None:
    assert rows(
        extended.warehouse,
        "select ticket_id, account_id, opened_on::varchar, solved_on, priority from marts.fct_conversation order by 1",
    ) == [("1", "a1", "2024-03-05", None, "high"), ("2", "a1", "2024-03-05", None, "normal")]


def test_its_rows_are_accounted_for_and_stand_behind_the_new_fact(extended: Extended) -> None:
    kept = "select record_id from intermediate.int_raw_rows where source_connector = 'intercom' and fate = 'kept'"
    assert sorted(rows(extended.warehouse, kept)) == [("1",), ("2",), ("3",)]
    target = extended.folder / "home" / "dbt" / "target" / "compiled" / "postsale" / "models" / "marts" / "audit"
    assert "'fct_conversation' as fact_name" in (target / "audit_fact_sources.sql").read_text()


def test_its_faults_are_listed_like_any_other(extended: Extended) -> None:
    assert rows(
        extended.warehouse,
        "select stage, file, row_number, reason from audit.quarantine where object = 'conversations' order by 3",
    ) == [
        ("build", "conversations.jsonl", 3, "unknown_account"),
        ("load", "conversations.jsonl", 4, "not_allowed"),
    ]
