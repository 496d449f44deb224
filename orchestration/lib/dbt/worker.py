"""The dbt process of a run: reads the project once, compiles its texts, then waits to be told what to build.

Run as a file and not as a module, in dbt's project folder.
Its standard input holds one JSON line, the arguments of one dbt command and the environment of the home that it is
for; without it (the run ended before) it leaves. Its standard output holds dbt's own words while the project is read,
then `READY`, then the command's output.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from pathlib import Path
from typing import Any

READY = "postsale-dbt: ready"
FAILED, BROKEN = 1, 2


def main(is_read: bool) -> int:
    """Read the project (or what an earlier process kept of it, when `is_read`), then run one command."""
    from dbt.cli.main import dbtRunner
    from dbt_common.events.event_manager_client import ctx_set_event_manager

    ctx_set_event_manager(heard_events_only())
    # What is read stays: looking for what could be thrown away takes an eighth of the time of reading.
    gc.disable()
    manifest = _kept() if is_read else None
    if not is_read:
        # Read for every home to come: the one that builds here gets its copy when it gives its order.
        read = dbtRunner().invoke(["--quiet", "parse"])
        if not read.success:
            print(read.exception or "dbt could not parse its project", flush=True)
            return BROKEN
    print(READY, flush=True)
    from orchestration.lib.dbt.lean import compile_ahead, work_lean

    work_lean()
    if manifest is not None:
        compile_ahead(manifest)
    gc.freeze()
    gc.enable()
    line = sys.stdin.readline()
    if not line:
        return 0
    order = json.loads(line)
    os.environ.update(order["environment"])
    manifest = manifest or _kept()
    outcome = dbtRunner(manifest=manifest).invoke(order["arguments"])
    sys.stdout.flush()
    if outcome.success:
        return 0
    return BROKEN if outcome.exception is not None else FAILED


def _kept() -> Any:
    """The project as dbt kept it, or None: dbt then reads it as the command starts."""
    from dbt.contracts.graph.manifest import Manifest

    try:
        kept = Manifest.from_msgpack((Path(os.environ["DBT_TARGET_PATH"]) / "partial_parse.msgpack").read_bytes())
        # What macros see as `graph`. dbt makes it when it reads a project, and keeps it nowhere.
        kept.build_flat_graph()
        return kept
    except Exception as error:
        print(f"dbt's kept project cannot be used ({error}); it will be read again", flush=True)
        return None


def heard_events_only() -> Any:
    """An event manager that does not build the events that no log would show.

    dbt makes twenty debug events per node, each with two serialized messages and a line of text for each log, and
    only then asks for the log's level.
    """
    from dbt_common.events.base_types import EventLevel
    from dbt_common.events.event_manager import EventManager

    silent = frozenset({EventLevel.DEBUG, EventLevel.TEST})
    # Every node says that it starts; what is worth knowing is said when it ends.
    unread = frozenset({"LogStartLine"})

    class HeardEvents(EventManager):
        def fire_event(
            self, e: Any, level: Any = None, node: Any = None, force_warn_or_error_handling: bool = False
        ) -> None:
            if type(e).__name__ in unread:
                return
            if (level or e.level_tag()) in silent and not any(log.level in silent for log in self.loggers):
                return
            super().fire_event(e, level, node, force_warn_or_error_handling)

    return HeardEvents()


if __name__ == "__main__":
    try:
        sys.exit(main(is_read="--read" in sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
