"""The company bundled in seeds/: small, and what its parameters file says."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from orchestration.lib.sample.bundle import write_bundle
from orchestration.lib.sample.parameters import Parameters, SampleError

SEEDS = Path(__file__).resolve().parents[4] / "seeds"


def plain(folder: Path) -> dict[str, bytes]:
    """Contents by path; compressed files unpacked, because compressors differ between machines."""
    return {
        path.relative_to(folder).as_posix(): gzip.decompress(path.read_bytes())
        if path.suffix == ".gz"
        else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_bundle_is_what_its_parameters_write(tmp_path: Path) -> None:
    size = write_bundle(tmp_path / "company", SEEDS / "parameters.toml")
    assert size <= 8_000_000
    fresh, kept = plain(tmp_path / "company"), plain(SEEDS / "company")
    assert fresh.keys() == kept.keys()
    assert [path for path in fresh if fresh[path] != kept[path]] == []


def test_the_bundle_fits_into_git_and_brings_its_answers() -> None:
    paths = [path for path in (SEEDS / "company").rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in paths) <= 8_000_000
    with gzip.open(SEEDS / "company" / "truth" / "metrics.csv.gz", "rt", encoding="utf-8") as file:
        metrics = {row["metric"] for row in csv.DictReader(file)}
    assert {"nrr", "median_days_to_first_value", "csm_implementation_share"} <= metrics


def test_a_parameter_that_is_none_is_named(tmp_path: Path) -> None:
    file = tmp_path / "parameters.toml"
    file.write_text("accounts = 12\nmonth = 3\n", encoding="utf-8")
    with pytest.raises(SampleError, match=r"parameters\.toml: 'month' is not a parameter"):
        Parameters.from_file(file)
    file.write_text('accounts = 12\nforeign_rates = [[2026, "1.5"]]\n', encoding="utf-8")
    read = Parameters.from_file(file)
    assert (read.accounts, read.rate) == (12, 1.5)
