"""One place to build companies in, shared by the processes of a test session."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dbt.company import Workshop


@pytest.fixture(scope="session")
def workshop(session_folder: Path) -> Workshop:
    """Builds companies written by `tests.dbt.company`."""
    return Workshop(session_folder / "dbt_workshop")
