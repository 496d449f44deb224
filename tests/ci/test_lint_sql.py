"""`.ci/lint-sql` tells what sqlfluff found, and forgets no file that is not clean."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

MODEL = Path("dbt_project/models/one.sql")
CLEAN = "with numbers as (\n    select 1 as number\n)\n\nselect number\nfrom numbers\n"
LONG = f"select number, number as {'a' * 120}\n"


def lint(checkout: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(checkout / ".ci" / "lint-sql")],
        env={**os.environ, "POSTSALE_HOME": str(checkout / "home")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_a_planted_finding_is_reported_until_it_is_mended(tmp_path: Path) -> None:
    """One model in a checkout of its own, under this project's rules."""
    for name in (".sqlfluff", ".sqlfluffignore", ".ci/lint-sql", "dbt_project/profiles.yml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "dbt_project" / "dbt_project.yml").write_text("{name: postsale, version: 1.0.0, profile: postsale}")
    (tmp_path / "dbt_project" / "macros").mkdir()
    model = tmp_path / MODEL
    model.parent.mkdir()

    model.write_text(CLEAN.replace("select number\n", LONG))
    planted = lint(tmp_path)
    assert planted.returncode == 1, planted.stderr
    assert f"{MODEL}:5:1: LT05" in planted.stdout
    assert lint(tmp_path).returncode == 1, "a file with findings is checked again"

    model.write_text(CLEAN)
    mended = lint(tmp_path)
    assert mended.returncode == 0, mended.stdout + mended.stderr
    assert "checking 1 of 1 files" in mended.stdout
    assert "1 files were clean before" in lint(tmp_path).stdout
