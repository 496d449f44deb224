"""A company of the simulator that the tests of this folder share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Company

SEED, ACCOUNTS, MONTHS = "11", "40", "20"


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
