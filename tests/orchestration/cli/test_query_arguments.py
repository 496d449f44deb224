"""How the arguments of `postsale query` are read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.cli.query import query


@pytest.mark.parametrize(
    ("words", "metrics", "by"),
    [
        ("nrr", ("nrr",), ()),
        ("nrr grr --by segment", ("nrr", "grr"), ("segment",)),
        ("nrr --by segment csm", ("nrr",), ("segment", "csm")),
        ("nrr --by segment csm --grain quarter", ("nrr",), ("segment", "csm")),
        ("nrr --by segment --by csm", ("nrr",), ("segment", "csm")),
        ("nrr --by=segment --grain month", ("nrr",), ("segment",)),
        ("--by segment nrr", ("nrr",), ("segment",)),
        ("--grain quarter nrr --by segment csm", ("nrr",), ("segment", "csm")),
        ("--format json --by segment nrr grr", ("nrr", "grr"), ("segment",)),
        ("nrr --by segment,csm", ("nrr",), ("segment,csm",)),
    ],
)
def test_metrics_and_dimensions(words: str, metrics: tuple[str, ...], by: tuple[str, ...]) -> None:
    parameters = query.make_context("query", words.split()).params
    assert parameters["metrics"] == metrics
    assert parameters["by"] == by


def test_a_configuration_that_is_named_has_to_be_there(tmp_path: Path) -> None:
    answer = subprocess.run(
        [Path(sys.executable).with_name("postsale"), "query", "arr", "--config", tmp_path / "postsale.toml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 2
    assert "postsale.toml" in answer.stderr
