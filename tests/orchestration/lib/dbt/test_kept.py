"""What dbt read of the project, kept for every home."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgpack
import pytest

from orchestration.lib.dbt import kept as module
from orchestration.lib.dbt.kept import ANY_HOME, COMPILED, KEPT_VERSIONS, KeptProject, project_version
from orchestration.lib.home import Home

LOCATION = f"read_parquet('{ANY_HOME}/raw/crm/accounts/*.parquet')"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / 'home of "a" company')
    home.prepare()
    return home


def read_project(kept: KeptProject, **more: Any) -> Path:
    """A folder as dbt leaves it after it read a project."""
    folder = kept.place_to_read_into()
    record = {
        "sources": {"source.p.crm.accounts": {"meta": {"external_location": LOCATION}}},
        "env_vars": {"POSTSALE_HOME": ANY_HOME},
        "nodes": {"model.p.a": {"raw_code": "select 1"}},
        **more,
    }
    (folder / "manifest.json").write_text(json.dumps(record))
    (folder / "semantic_manifest.json").write_text("{}")
    (folder / "partial_parse.msgpack").write_bytes(msgpack.packb(record))
    (folder / "graph.gpickle").write_bytes(b"nobody reads this")
    return folder


def location(record: Mapping[str, Any]) -> str:
    found: str = record["sources"]["source.p.crm.accounts"]["meta"]["external_location"]
    return found


def test_every_home_gets_what_was_read_once_with_its_own_path_in_it(tmp_path: Path, home: Home) -> None:
    kept = KeptProject(tmp_path / "kept", "v1")
    assert not kept.give_to(home)
    kept.keep(read_project(kept))
    assert kept.give_to(home)
    expected = LOCATION.replace(ANY_HOME, str(home.path))
    assert location(json.loads((home.dbt_target / "manifest.json").read_text())) == expected
    assert location(msgpack.unpackb((home.dbt_target / "partial_parse.msgpack").read_bytes())) == expected
    assert sorted(entry.name for entry in kept.root.iterdir()) == ["v1"], "what dbt wrote beside it is removed"


def test_a_path_of_the_home_in_another_part_of_the_project_is_not_passed_on(tmp_path: Path, home: Home) -> None:
    kept = KeptProject(tmp_path / "kept", "v1")
    kept.keep(read_project(kept, nodes={"model.p.a": {"raw_code": f"select '{ANY_HOME}'"}}))
    with pytest.raises(AssertionError, match="another part of the project"):
        kept.give_to(home)


def test_two_that_read_the_same_project_keep_it_once(tmp_path: Path) -> None:
    kept = KeptProject(tmp_path / "kept", "v1")
    first, second = read_project(kept), read_project(kept)
    kept.keep(first)
    kept.keep(second)
    assert [entry.name for entry in kept.root.iterdir()] == ["v1"]


def test_old_versions_are_removed(tmp_path: Path) -> None:
    for number in range(KEPT_VERSIONS + 2):
        kept = KeptProject(tmp_path / "kept", f"v{number}")
        kept.keep(read_project(kept))
        os.utime(kept.folder, (number, number))
    left = {entry.name for entry in kept.root.iterdir()}
    assert len(left) == KEPT_VERSIONS
    assert {"v0", "v1"}.isdisjoint(left)


def test_compiled_statements_are_kept_beside_it(tmp_path: Path, home: Home) -> None:
    kept = KeptProject(tmp_path / "kept", "v1")
    kept.keep(read_project(kept))
    assert not kept.give_compiled_to(home)
    own = home.dbt_target / COMPILED
    own.write_text(json.dumps({"version": "1" * 64, "answers": {}}).ljust(120))
    kept.keep_compiled(home)

    more = json.dumps({"version": "1" * 64, "answers": {"a question": "of this home alone"}}).ljust(120)
    own.write_text(more)
    assert kept.give_compiled_to(home)
    assert own.read_text() == more, "a home's own answers to the same definitions stay"
    own.write_text(json.dumps({"version": "0" * 64, "answers": {}}))
    assert kept.give_compiled_to(home)
    assert json.loads(own.read_text())["version"] == "1" * 64


def test_the_version_follows_the_project_and_what_it_reads_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "dbt_project"
    project.mkdir()
    file = project / "profiles.yml"
    file.write_text("threads: \"{{ env_var('POSTSALE_DBT_THREADS', '2') }}\"\npath: \"{{ env_var('POSTSALE_HOME') }}\"")
    monkeypatch.setattr(module, "DBT_PROJECT_DIR", project)
    monkeypatch.delenv("POSTSALE_DBT_THREADS", raising=False)
    before = project_version()
    monkeypatch.setenv("POSTSALE_HOME", "/another/home")
    monkeypatch.setenv("POSTSALE_CONFIG", "/another/company")
    assert project_version() == before
    monkeypatch.setenv("POSTSALE_DBT_THREADS", "4")
    assert project_version() != before
    monkeypatch.delenv("POSTSALE_DBT_THREADS")
    file.write_text(file.read_text() + "\n")
    assert project_version() != before
