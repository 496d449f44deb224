"""Builds that many tests read: each is made once per test session, by the real command, in a home of its own.

Test processes of one session share them: the first to need a build makes it while the others wait at a file
lock. Nothing is reused between sessions. A file's tests run in one process (`--dist loadfile`), so what a module builds
is built once.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.dbt.company import Workshop
from tests.dbt.project import run_dbt

ROOT = Path(__file__).resolve().parents[1]
FIXTURE_COMPANY = ROOT / "tests" / "fixtures" / "company"
SAMPLE_COMPANY = ROOT / "seeds" / "company"
POSTSALE = Path(sys.executable).with_name("postsale")
RUN_SECONDS = 900


@dataclass(frozen=True)
class Company:
    """A company's configuration and the home it is built in; runs the real command for it."""

    config: Path
    home: Path

    @property
    def site(self) -> Path:
        """The published pages."""
        return self.home / "site"

    @property
    def warehouse(self) -> Path:
        """The published warehouse."""
        return self.home / "warehouse.duckdb"

    def postsale(
        self, *arguments: str, env: Mapping[str, str] | None = None, timeout: float = RUN_SECONDS
    ) -> subprocess.CompletedProcess[str]:
        """Run `postsale` for this company; never raises on a failing exit code."""
        return subprocess.run(
            [str(POSTSALE), *arguments],
            env=self.environment(env),
            cwd=self.home.parent,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment the command runs in: nothing of the caller's own settings for Postsale or dbt."""
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("POSTSALE_", "DBT_", "DAGSTER_"))
        }
        return {**inherited, "POSTSALE_HOME": str(self.home), "POSTSALE_CONFIG": str(self.config), **(more or {})}

    def build(self, *arguments: str) -> Company:
        """Run, and fail the test with the command's own words when it does not succeed."""
        outcome = self.postsale("run", *arguments)
        assert outcome.returncode == 0, f"{outcome.stdout}\n{outcome.stderr}"
        return self


SEED, ACCOUNTS, MONTHS = "11", "40", "20"


@pytest.fixture(scope="session")
def session_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of one test session share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session")
def workshop(session_folder: Path) -> Workshop:
    """One place to build companies in without the command, shared by the processes of a test session."""
    return Workshop(session_folder / "dbt_workshop")


@pytest.fixture(scope="session")
def built_once(session_folder: Path) -> Callable[[str, Callable[[Path], Company]], Company]:
    """`built_once(name, make)`: calls `make(folder)` in the first process that asks, waits in the others."""

    def build(name: str, make: Callable[[Path], Company]) -> Company:
        folder = session_folder / f"built-{name}"
        failed = session_folder / f"built-{name}.failed"
        with _locked(session_folder / f"built-{name}.lock"):
            if failed.exists():
                pytest.fail(failed.read_text())
            marker = folder / "built"
            if marker.exists():
                config, home = marker.read_text().splitlines()
                return Company(Path(config), Path(home))
            folder.mkdir(exist_ok=True)
            try:
                company = make(folder)
            except BaseException as error:
                failed.write_text(f"the build {name} failed: {error}")
                raise
            marker.write_text(f"{company.config}\n{company.home}")
            return company

    return build


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def sample_build(built_once: Callable[[str, Callable[[Path], Company]], Company]) -> Company:
    """The bundled sample company, published with its pages."""
    return built_once("sample", lambda folder: Company(SAMPLE_COMPANY / "postsale.toml", folder / "home").build())


@pytest.fixture(scope="session")
def fixture_build(built_once: Callable[[str, Callable[[Path], Company]], Company]) -> Company:
    """The hand-computed company of `tests/fixtures/company`, published with its pages."""

    def make(folder: Path) -> Company:
        shutil.copytree(FIXTURE_COMPANY, folder / "company")
        return Company(folder / "company" / "postsale.toml", folder / "home").build()

    return built_once("fixture", make)


@pytest.fixture(scope="session")
def restated_build(fixture_build: Company, built_once: Callable[[str, Callable[[Path], Company]], Company]) -> Company:
    """The hand-computed company, published anew with a late row, a corrected one and another exchange rate."""

    def make(folder: Path) -> Company:
        shutil.copytree(fixture_build.config.parent, folder / "company")
        shutil.copytree(fixture_build.home, folder / "home", symlinks=True)
        company = Company(folder / "company" / "postsale.toml", folder / "home")
        lines = folder / "company" / "files" / "subscriptions.csv"
        text = lines.read_text().replace("2026-02-28,50000,,EUR", "2026-02-28,60000,,EUR")
        lines.write_text(text.rstrip("\n") + "\nS16,A09,seats,2025-01-01,,5000,,USD,35,,\n")
        rates = folder / "company" / "policy" / "fx_rates.csv"
        rates.write_text(rates.read_text().replace("EUR,2025,1.10", "EUR,2025,1.20"))
        return company.build()

    return built_once("restated", make)


@pytest.fixture(scope="session")
def minimal_build(built_once: Callable[[str, Callable[[Path], Company]], Company]) -> Company:
    """A company that connects `accounts` and `subscriptions` alone, published with its pages."""

    def make(folder: Path) -> Company:
        files = folder / "company" / "files"
        files.mkdir(parents=True)
        for name in ("accounts.csv", "subscriptions.csv"):
            shutil.copy(FIXTURE_COMPANY / "files" / name, files / name)
        shutil.copytree(FIXTURE_COMPANY / "policy", folder / "company" / "policy")
        shutil.copy(FIXTURE_COMPANY / "postsale.toml", folder / "company" / "postsale.toml")
        return Company(folder / "company" / "postsale.toml", folder / "home").build()

    return built_once("minimal", make)


@pytest.fixture(scope="session")
def generated(built_once: Callable[[str, Callable[[Path], Company]], Company]) -> Company:
    """A company written and built by the command."""

    def make(folder: Path) -> Company:
        company = Company(folder / "company" / "postsale.toml", folder / "home")
        outcome = company.postsale(
            "sample", str(folder / "company"), "--accounts", ACCOUNTS, "--months", MONTHS, "--seed", SEED
        )
        assert outcome.returncode == 0, outcome.stderr
        return company.build("--no-site")

    return built_once("generated", make)


@pytest.fixture(scope="session")
def compiled(generated: Company, session_folder: Path) -> Path:
    """What dbt makes of the project for `generated`: `manifest.json` with every node's SQL, and `compiled/`.

    A run writes the SQL of its models and leaves out that of tests which find nothing.
    """
    folder = session_folder / "compiled"
    with _locked(session_folder / "compiled.lock"):
        if not (folder / "done").exists():
            published = {
                "POSTSALE_WAREHOUSE": str((generated.home / "current" / "warehouse.duckdb").resolve()),
                "POSTSALE_READ_ONLY": "1",
                "DBT_TARGET_PATH": str(folder),
            }
            run_dbt(generated.home, "compile", **published)
            (folder / "done").touch()
    return folder
