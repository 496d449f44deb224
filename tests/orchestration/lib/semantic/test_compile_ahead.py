"""The process that compiles while the company is loaded."""

from __future__ import annotations

from pathlib import Path

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
