"""The walk-through of an audit is what the sample's own build says today."""

from __future__ import annotations

from orchestration.lib.home import Home
from orchestration.lib.trace.documentation import PAGE, walk_through
from orchestration.lib.trace.tracer import Tracer
from tests.conftest import SAMPLE_COMPANY, Company


def test_the_walk_through_is_up_to_date(sample_build: Company) -> None:
    with Tracer(Home(sample_build.home)) as tracer:
        page = walk_through(tracer, SAMPLE_COMPANY / "exports")
    assert PAGE.read_text() == page, "run `python -m orchestration.lib.trace.documentation` over a build of the sample"
