"""The hand-computed company, published once, to be changed at will in copies."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.lib.dbt.compiled_models import CompiledModels
from tests.conftest import FIXTURE_COMPANY
from tests.dbt.company import Workshop
from tests.orchestration.lib.restatement.press import Press, exported


@pytest.fixture(scope="module")
def published_company(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Press:
    """Published as of 31 March 2025."""
    folder = tmp_path_factory.mktemp("press")
    compiled = workshop.compile(folder / "compiled")
    shutil.copytree(FIXTURE_COMPANY, folder / "one" / "company")
    press = Press(
        folder / "one",
        exported(json.loads((compiled / "semantic_manifest.json").read_text())),
        {
            "nodes": {},
            "sources": {},
            "saved_queries": json.loads((compiled / "manifest.json").read_text())["saved_queries"],
        },
        CompiledModels.read(compiled),
    )
    press.publish()
    return press


@pytest.fixture
def press(published_company: Press, tmp_path: Path) -> Press:
    """A copy of it."""
    return published_company.copy(tmp_path / "copy")


@pytest.fixture
def copies(published_company: Press, tmp_path: Path) -> Callable[[str], Press]:
    """Copies of it by name."""
    return lambda name: published_company.copy(tmp_path / name)
