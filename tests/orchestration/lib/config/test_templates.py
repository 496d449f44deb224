"""`postsale init`: a company that starts from the templates."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from orchestration.lib.checks import check_company, exit_code
from orchestration.lib.config import ConfigError, PolicyScalars, init_company, load_config
from orchestration.lib.contracts import load_connectors


def test_one_template_per_canonical_object_with_its_columns(tmp_path: Path) -> None:
    files = init_company(tmp_path / "company")
    templates = {file.stem: file for file in files if file.suffix == ".csv"}
    canonical = load_connectors()["canonical"]
    assert list(templates) == list(canonical.objects)
    for name, contract in canonical.objects.items():
        with templates[name].open(encoding="utf-8", newline="") as stream:
            assert list(csv.reader(stream)) == [list(contract.columns)]


def test_the_configuration_loads_and_shows_every_scalar_policy_at_its_default(tmp_path: Path) -> None:
    init_company(tmp_path)
    config = load_config(tmp_path)
    assert config.policy == PolicyScalars()
    assert (config.sources["company"].connector, config.sources["company"].path) == ("canonical", tmp_path / "exports")
    text = (tmp_path / "postsale.toml").read_text()
    lines = text.splitlines()
    for name in PolicyScalars.model_fields:
        (place,) = [number for number, line in enumerate(lines) if line.startswith(f"# {name} = ")]
        lines[place] = lines[place].removeprefix("# ")
    (tmp_path / "postsale.toml").write_text("\n".join(lines))
    assert load_config(tmp_path).policy == PolicyScalars()


def test_untouched_templates_connect_nothing(tmp_path: Path) -> None:
    init_company(tmp_path)
    problems = check_company(load_config(tmp_path))
    assert [problem.reason for problem in problems if problem.severity != "notice"] == [
        "no_accounts",
        "no_subscriptions",
    ]
    assert exit_code(problems) == 1


def test_filled_templates_pass(tmp_path: Path) -> None:
    init_company(tmp_path)
    with (tmp_path / "exports" / "accounts.csv").open("a") as stream:
        stream.write("A1,Acme,,1000,,,,,\n")
    with (tmp_path / "exports" / "subscriptions.csv").open("a") as stream:
        stream.write("S1,A1,core,2024-01-01,,1000,,,,,\n")
    problems = check_company(load_config(tmp_path))
    assert [problem.reason for problem in problems] == ["default_segments"]
    assert exit_code(problems) == 0


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "contacts.csv").write_text("mine")
    with pytest.raises(ConfigError, match=r"contacts\.csv is already there"):
        init_company(tmp_path)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["contacts.csv"]
