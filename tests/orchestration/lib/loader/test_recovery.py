"""A run that is killed anywhere and started again ends in the state that an undisturbed run reaches."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.lib.loader import load_policy, load_source, prepare_raw_zone
from orchestration.lib.loader import zone as raw_zone
from tests.orchestration.lib.landing_company import ACCOUNTS, LandingCompany


class Killed(BaseException):
    """Stands for the end of the process: nothing may catch it."""


def _fill(company: LandingCompany) -> None:
    company.put("delivered=2024-01-01/accounts.csv", ACCOUNTS + "A1,Acme,old\nA2,,\nA3,Gamma,\n")
    company.put("delivered=2024-04-01/accounts.csv", ACCOUNTS + "A1,Acme,new\nA3,Gamma,\n")
    company.put("broken/accounts.csv", b"account_id,account_name\nA1,J\xfc\n")
    company.put(
        "usage_events.jsonl", '{"event_id":1,"account_id":"A1","event_name":"x","occurred_at":"2024-01-01"}\n{"even'
    )


def _undisturbed(folder: Path) -> LandingCompany:
    company = LandingCompany(folder)
    _fill(company)
    company.load()
    return company


# What the run publishes: data, quarantine and manifest of the first delivery; data and manifest of the second;
# quarantine and manifest of the broken file; data, quarantine and manifest of the events.
STEPS = range(10)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_step(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, step: int, when: str
) -> None:
    company = LandingCompany(tmp_path)
    _fill(company)
    publish = raw_zone.publish_file
    published = 0

    def killing(finished: Path) -> Path:
        nonlocal published
        published += 1
        if published > step and when == "before":
            raise Killed
        final = publish(finished)
        if published > step:
            raise Killed
        return final

    monkeypatch.setattr(raw_zone, "publish_file", killing)
    with pytest.raises(Killed):
        company.load()
    monkeypatch.undo()
    company.load()
    assert company.state() == _reference(tmp_path_factory)
    assert not list(company.home.rglob(f"*{raw_zone.UNFINISHED}"))
    assert company.load() == []


def _reference(factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    if not _REFERENCE:
        _REFERENCE.append(_undisturbed(factory.mktemp("undisturbed")).state())
    return _REFERENCE[0]


_REFERENCE: list[list[tuple[object, ...]]] = []

CHILD = """
import sys
from pathlib import Path
from orchestration.lib.config import load_config
from orchestration.lib.loader import load_source, prepare_raw_zone

folder = Path(sys.argv[1])
config = load_config(folder / "postsale.toml")
print("ready", flush=True)
prepare_raw_zone(folder / "home")
load_source(config, folder / "home", "company", on_progress=lambda message: print(message, flush=True))
"""


@pytest.mark.parametrize("messages", [1, 2, 4])
def test_killed_process(tmp_path: Path, messages: int) -> None:
    company = LandingCompany(tmp_path / "killed")
    _fill(company)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(company.folder)], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    assert child.stdout is not None
    for _ in range(messages + 1):
        child.stdout.readline()
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    company.load()
    assert company.state() == _undisturbed(tmp_path / "undisturbed").state()


def test_files_of_a_load_without_manifest_are_removed_and_others_kept(tmp_path: Path) -> None:
    company = LandingCompany(tmp_path)
    company.put("accounts.csv", ACCOUNTS + "A1,Acme,\nA2,,\n")
    company.load()
    kept = sorted(company.zone.root.rglob("*.parquet"))
    folder = company.zone.object_folder("canonical", "accounts") / "load_date=2024-01-01"
    folder.mkdir(parents=True)
    orphans = [
        folder / "000002-abcdefabcdef.parquet",
        folder / "000002-abcdefabcdef-0001.parquet",
        company.zone.quarantine / "canonical" / "accounts" / "000002-abcdefabcdef.parquet",
        company.zone.loads / f"000002-abcdefabcdef.parquet{raw_zone.UNFINISHED}",
    ]
    for orphan in orphans:
        orphan.write_bytes(b"half a file")
    prepare_raw_zone(company.home)
    assert not any(orphan.exists() for orphan in orphans)
    assert sorted(company.zone.root.rglob("*.parquet")) == kept


def test_empty_tables_follow_their_contract(tmp_path: Path) -> None:
    company = LandingCompany(tmp_path)
    prepare_raw_zone(company.home)
    table = company.zone.object_folder("canonical", "accounts") / raw_zone.EMPTY
    with raw_zone.session() as connection:
        raw_zone.write_table(connection, raw_zone.empty_table({"account_id": "VARCHAR"}), table)
    prepare_raw_zone(company.home)
    names = [row[0] for row in company.query(f"describe select * from '{table}'")]
    assert names[:3] == ["account_id", "account_name", "parent_account_id"]
    assert names[-1] == "_is_withdrawn"


def test_every_declared_object_can_be_read_before_anything_is_loaded(tmp_path: Path) -> None:
    from orchestration.lib.contracts import load_connectors, raw_columns

    zone = prepare_raw_zone(tmp_path)
    company = LandingCompany(tmp_path / "other")
    for name, connector in load_connectors().items():
        for object_name, contract in connector.objects.items():
            described = company.query(f"describe select * from {zone.object_relation(name, object_name)}")
            assert {row[0]: row[1] for row in described} == raw_columns(contract)
    assert company.query(f"select count(*) from {zone.loads_relation()}") == [(0,)]
    assert company.query(f"select count(*) from {zone.quarantine_relation()}") == [(0,)]


def test_load_policy_and_source_share_one_ledger(tmp_path: Path) -> None:
    company = LandingCompany(tmp_path)
    company.put("accounts.csv", ACCOUNTS + "A1,Acme,\n")
    prepare_raw_zone(company.home)
    policy = load_policy(company.config, company.home)
    (record,) = load_source(company.config, company.home, "company")
    assert record.load_id.startswith(f"{len(policy) + 1:06d}-")
