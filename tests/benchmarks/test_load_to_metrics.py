"""The benchmark runs to its end. What it measures is for people to read: no figure is asserted."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT, Company


def test_it_measures_a_small_company_and_prints_its_table(minimal_build: Company, tmp_path: Path) -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "benchmarks.load_to_metrics", "--repeat", "1", "--config", str(minimal_build.config)],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
    assert re.search(r"^Measured on \d+ cores of ", outcome.stdout)
    rows = dict(re.findall(r"^\| (\w+) \| ([\d.]+) \|", outcome.stdout, re.MULTILINE))
    assert list(rows) == ["start", "load", "transform", "metrics", "ledger", "whole"]
    parts = sum(float(seconds) for name, seconds in rows.items() if name != "whole")
    assert abs(parts - float(rows["whole"])) < 0.5, "the parts are the whole"
    assert not list(tmp_path.iterdir()), "the homes that were built in are removed"


def test_a_company_that_cannot_be_built_is_told_in_the_command_s_words(tmp_path: Path) -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "benchmarks.load_to_metrics", "--config", str(tmp_path / "none.toml")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert outcome.returncode != 0
    assert "none.toml" in outcome.stderr
