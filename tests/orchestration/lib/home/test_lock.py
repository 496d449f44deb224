"""One run at a time in a home; a second is told who holds it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.lib.home import Home, HomeLock
from orchestration.lib.home.lock import HomeIsBusyError

HOLDER = """
import sys, time
from pathlib import Path
from orchestration.lib.home import Home, HomeLock
with HomeLock(Home(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_process_is_told_who_holds_the_home(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with (
            pytest.raises(HomeIsBusyError, match=rf"process {holder.pid}.*POSTSALE_HOME") as caught,
            HomeLock(Home(tmp_path)),
        ):
            pass
        assert caught.value.exit_code == 1
    finally:
        holder.kill()
        holder.wait()
    with HomeLock(Home(tmp_path)):
        pass  # the lock died with its process


def test_the_holder_may_take_it_again(tmp_path: Path) -> None:
    with HomeLock(Home(tmp_path)):
        with HomeLock(Home(tmp_path)):
            pass
        assert str(os.getpid()) in (tmp_path / "run.lock").read_text()


def test_two_homes_do_not_know_each_other(tmp_path: Path) -> None:
    with HomeLock(Home(tmp_path / "a")), HomeLock(Home(tmp_path / "b")):
        pass
