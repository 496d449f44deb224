from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.lib.sample.model import Company
from orchestration.lib.sample.parameters import Parameters
from orchestration.lib.sample.simulate import simulate
from orchestration.lib.sample.write import SampleSummary, write_company
from tests.orchestration.lib.sample.builder import Answers


@pytest.fixture(scope="session")
def simulated() -> Company:
    """A company large enough for every habit to show."""
    return simulate(Parameters(accounts=120, months=30, seed=5))


@pytest.fixture(scope="session")
def truth(simulated: Company) -> Answers:
    return Answers(simulated)


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> SampleSummary:
    """A small company as the command writes it."""
    folder: Path = tmp_path_factory.mktemp("sample") / "company"
    return write_company(folder, accounts=40, months=18, seed=11)
