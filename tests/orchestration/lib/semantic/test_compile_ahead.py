"""The process that compiles while the company is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.lib.dbt.kept import COMPILED, KeptProject
from orchestration.lib.home import Home
from orchestration.lib.semantic.compile_ahead import finish_compiling, start_compiling, stop_compiling


def test_without_definitions_it_ends_and_the_run_goes_on(tmp_path: Path) -> None:
    home = Home(tmp_path)
    start_compiling(home)
    finish_compiling(home)
    finish_compiling(home)


def test_a_run_that_ends_early_takes_it_along(tmp_path: Path) -> None:
    home = Home(tmp_path)
    start_compiling(home)
    stop_compiling(home)
    stop_compiling(home)


def test_what_is_kept_is_not_compiled_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, kept = Home(tmp_path / "home"), KeptProject(tmp_path / "kept", "v1")
    kept.folder.mkdir(parents=True)
    (kept.folder / COMPILED).write_text("answers")
    monkeypatch.setattr(KeptProject, "current", classmethod(lambda cls, home: kept))
    started: list[object] = []
    monkeypatch.setattr("subprocess.Popen", started.append)
    start_compiling(home)
    assert (home.dbt_target / COMPILED).read_text() == "answers"
    assert started == []
