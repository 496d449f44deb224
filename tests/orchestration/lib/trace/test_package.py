"""An auditor with DuckDB and nothing of this project recomputes the number from the package."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Company

# Imports the standard library and DuckDB alone; runs inside the package.
AUDITOR = """
import hashlib, json, pathlib, re, sys
import duckdb
assert not any(name.split(".")[0] in ("orchestration", "dbt", "metricflow") for name in sys.modules)
for name, expected in json.loads(pathlib.Path("manifest.json").read_text())["sha256"].items():
    assert hashlib.sha256(pathlib.Path(name).read_bytes()).hexdigest() == expected, name
for path in pathlib.Path(".").rglob("*.*"):
    addresses = set(re.findall(r"[\\w.+-]+@[\\w-]+[.][\\w.]+", path.read_text()))
    assert all(address.endswith("@pseudonym.invalid") for address in addresses), (path, addresses)
rows = duckdb.connect().execute(pathlib.Path("recompute.sql").read_text()).fetchall()
published = json.loads(pathlib.Path("definition.json").read_text())["value"]
assert any(abs(float(row[1]) - published) < 1e-9 * max(1, abs(published)) for row in rows), rows
print(json.dumps([[str(cell) for cell in row[:3]] + [row[3]] for row in rows]))
"""


@pytest.mark.parametrize(
    ("metric", "where", "method"),
    [
        ("nrr", ("--where", "segment=hybrid"), "independent of the marts"),
        ("handoff_completeness", (), "independent of the marts"),
        ("active_references", (), "replayed"),
    ],
)
def test_the_package_recomputes_without_this_software(
    sample_build: Company, tmp_path: Path, metric: str, where: tuple[str, ...], method: str
) -> None:
    folder = tmp_path / "evidence"
    made = sample_build.postsale("trace", metric, "--at", "2026-08-31", *where, "--package", str(folder))
    assert made.returncode == 0, made.stderr
    assert method in made.stdout
    audited = subprocess.run(
        [sys.executable, "-I", "-c", AUDITOR], cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    assert audited.returncode == 0, audited.stderr
    assert "false" not in audited.stdout
    again = sample_build.postsale("trace", metric, "--at", "2026-08-31", *where, "--package", str(folder))
    assert again.returncode == 2
    assert "is not empty" in again.stderr
