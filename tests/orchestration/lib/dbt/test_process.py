"""The dbt process that a run starts first and tells what to build later."""

from __future__ import annotations

from pathlib import Path

import pytest
from dbt_common.events.base_types import EventLevel, EventMsg
from dbt_common.events.event_manager import EventManager
from dbt_common.events.logger import LoggerConfig
from dbt_common.events.types import Formatting, Note

from orchestration.lib.dbt import DbtProcess, DbtProjectError, dismiss_waiting, keep_waiting, take_waiting
from orchestration.lib.dbt.kept import KeptProject
from orchestration.lib.dbt.worker import heard_events_only
from orchestration.lib.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.prepare()
    return home


def test_the_process_that_waits_is_the_one_that_builds(home: Home) -> None:
    process = DbtProcess(home)
    keep_waiting(home, process)
    try:
        assert take_waiting(home) is process
    finally:
        process.close()


def test_a_process_whose_step_was_never_reached_is_ended(home: Home) -> None:
    process = DbtProcess(home)
    keep_waiting(home, process)
    dismiss_waiting(home)
    assert process.process.returncode is not None
    dismiss_waiting(home)


def test_a_project_that_cannot_be_read_is_told_in_dbts_words(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTSALE_DBT_THREADS", "not a number")
    process = DbtProcess(home, reads=KeptProject(tmp_path, "x"))
    with pytest.raises(DbtProjectError, match=r"dbt could not read dbt_project: .*not a number"):
        process.wait_until_ready()
    assert process.process.returncode not in (None, 0)


def test_events_below_every_logs_level_are_not_built() -> None:
    heard, built = heard_events_only(), []
    assert isinstance(heard, EventManager)

    def keep(message: EventMsg) -> bool:
        built.append(message.info.name)
        return False

    heard.add_logger(LoggerConfig(name="test_heard_events", filter=keep, level=EventLevel.INFO))
    heard.fire_event(Note(msg="nobody reads this"), level=EventLevel.DEBUG)
    heard.fire_event(Formatting(""))
    assert built == ["Formatting"]
    heard.add_logger(LoggerConfig(name="test_heard_debug_events", filter=keep, level=EventLevel.DEBUG))
    heard.fire_event(Note(msg="a log that wants everything"), level=EventLevel.DEBUG)
    assert built == ["Formatting", "Note", "Note"]
