"""`postsale sample`: its options reach the simulation, and its defaults are the simulation's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from orchestration.cli.sample import sample
from orchestration.lib.config import load_config
from orchestration.lib.sample.parameters import Parameters


def test_the_defaults_are_those_of_the_parameters() -> None:
    defaults = {option.name: option.default for option in sample.params}
    assert {name: defaults[name] for name in ("accounts", "months", "seed")} == {
        "accounts": Parameters.accounts,
        "months": Parameters.months,
        "seed": Parameters.seed,
    }


def test_a_company_of_five_accounts_and_two_segments_without_churn_and_csms(tmp_path: Path) -> None:
    folder = tmp_path / "company"
    options = ["--accounts", "5", "--months", "4", "--segment", "hybrid", "--segment", "tech_touch"]
    outcome = CliRunner().invoke(sample, [str(folder), *options, "--no-churn", "--no-csm"])
    assert outcome.exit_code == 0, outcome.output
    config = load_config(folder / "postsale.toml")
    first_line = config.file.read_text().splitlines()[0]
    assert first_line.endswith("5 customers, 4 months, seed 7, only hybrid and tech_touch, no churn, no CSM.")
    truth = (folder / "truth" / "metrics.csv").read_text()
    # Forecasts say 0 for every segment of policy.
    others = [line for line in truth.splitlines() if ",segment,high_touch," in line]
    assert [line for line in others if float(line.rsplit(",", 1)[1]) != 0] == []
    assert ",csm,unassigned," in truth


@pytest.mark.parametrize("option", [("--accounts", "0"), ("--segment", "huge"), ("--seed", "-1")])
def test_what_cannot_be_simulated_is_refused(tmp_path: Path, option: tuple[str, str]) -> None:
    outcome = CliRunner().invoke(sample, [str(tmp_path / "company"), *option])
    assert outcome.exit_code != 0
    assert not (tmp_path / "company").exists()
