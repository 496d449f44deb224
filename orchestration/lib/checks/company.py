"""``postsale check``: everything that is wrong with a company's inputs, without building."""

from __future__ import annotations

import tempfile
from pathlib import Path

from orchestration.lib.checks.inputs import check_inputs
from orchestration.lib.checks.problem import Problem, sort_key
from orchestration.lib.config import Config
from orchestration.lib.loader.load import Progress, load_policy, load_source
from orchestration.lib.loader.policy import POLICY
from orchestration.lib.loader.zone import RawZone, prepare_raw_zone, session
from orchestration.lib.parameters.resolve import resolve


def check_company(config: Config, on_progress: Progress | None = None) -> list[Problem]:
    """Every problem, errors first: rejected rows and files, then what the inputs together show.

    Loads into a temporary home, so the company's own state is neither needed nor touched.
    """
    with tempfile.TemporaryDirectory(prefix="postsale-check-") as folder:
        home = Path(folder)
        prepare_raw_zone(home)
        load_policy(config, home, on_progress)
        for name in config.sources:
            load_source(config, home, name, on_progress)
        parameters = resolve(config, home)
        problems = check_inputs(config, home, parameters.as_of, parameters.known_at)
        problems += _quarantined(config, home)
    return sorted(problems, key=sort_key)


def _quarantined(config: Config, home: Path) -> list[Problem]:
    """One problem per rejected row or file; those of policy are errors and reported as such already."""
    with session() as connection:
        rows = connection.execute(
            f"select source, object, file, row_number, reason, detail from {RawZone.of(home).quarantine_relation()} "
            f"where source <> ? order by source, file, row_number",
            [POLICY],
        ).fetchall()
    return [
        Problem("warning", source, object_name, file, row, reason, detail, "")
        for source, object_name, file, row, reason, detail in rows
    ]
