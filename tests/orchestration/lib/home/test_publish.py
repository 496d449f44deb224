"""A published build is swapped in whole, or the earlier one stays."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from orchestration.lib.home import Home, note_failure, publish, published


def make_next(home: Home, content: str, *, with_site: bool = True) -> None:
    home.prepare()
    home.clear_next()
    (home.next / "warehouse.duckdb").write_text(content)
    (home.next / "parameters.parquet").write_text(content)
    if with_site:
        (home.next / "site").mkdir()
        (home.next / "site" / "index.html").write_text(content)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_nothing_is_published_at_first(home: Home) -> None:
    assert published(home) is None


def test_links_lead_to_the_new_build(home: Home) -> None:
    make_next(home, "one")
    publish(home, "20250101T000000Z", {"as_of": "2025-01-01"})

    build = published(home)
    assert build is not None
    assert build.id == "20250101T000000Z"
    assert build.facts["as_of"] == "2025-01-01"
    assert home.warehouse.read_text() == "one"
    assert (home.site / "index.html").read_text() == "one"


def test_next_is_empty_again_but_for_what_staging_views_read(home: Home) -> None:
    make_next(home, "one")
    publish(home, "20250101T000000Z", {})
    assert sorted(path.name for path in home.next.iterdir()) == ["parameters.parquet"]


def test_a_failed_run_is_noted_beside_the_pages_until_the_next_one_succeeds(home: Home) -> None:
    moment = datetime(2025, 1, 3, 7, 5)
    note_failure(home, "transform", moment)
    make_next(home, "one")
    publish(home, "20250101T000000Z", {})
    first = home.site.resolve()
    assert json.loads((first / "last-run.json").read_text()) == {"failed": None}
    make_next(home, "two", with_site=False)
    publish(home, "20250102T000000Z", {})

    note_failure(home, "transform", moment)
    said = {"failed": {"step": "transform", "at": "3 Jan 2025 07:05 UTC"}}
    assert json.loads((home.site / "last-run.json").read_text()) == said
    assert json.loads((first / "last-run.json").read_text()) == {"failed": None}
    make_next(home, "three", with_site=False)
    publish(home, "20250104T000000Z", {})
    assert json.loads((home.site / "last-run.json").read_text()) == {"failed": None}


def test_a_build_without_pages_keeps_serving_the_earlier_ones(home: Home) -> None:
    make_next(home, "one")
    publish(home, "20250101T000000Z", {})
    make_next(home, "two", with_site=False)
    publish(home, "20250102T000000Z", {})

    build = published(home)
    assert build is not None
    assert build.site_build == "20250101T000000Z"
    assert home.warehouse.read_text() == "two"
    assert (home.site / "index.html").read_text() == "one"


def test_pages_survive_the_pruning_of_the_build_that_made_them(home: Home) -> None:
    make_next(home, "one")
    publish(home, "20250101T000000Z", {})
    for day in range(2, 8):
        make_next(home, str(day), with_site=False)
        publish(home, f"2025010{day}T000000Z", {})
    assert sorted(path.name for path in home.builds.iterdir()) == [f"2025010{day}T000000Z" for day in (5, 6, 7)]
    assert (home.site / "index.html").read_text() == "one"


def test_the_same_build_made_again_takes_the_place_of_the_first(home: Home) -> None:
    for content in ("one", "two"):
        make_next(home, content)
        publish(home, "20250101T000000Z", {})
    build = published(home)
    assert build is not None
    assert build.facts["build_id"] == "20250101T000000Z"
    assert build.site_build == build.id
    assert home.warehouse.read_text() == "two"


def test_a_run_killed_before_the_swap_leaves_the_earlier_build(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    make_next(home, "one")
    publish(home, "20250101T000000Z", {})
    make_next(home, "two")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", _killed)
        with pytest.raises(KeyboardInterrupt):
            publish(home, "20250102T000000Z", {})
    assert home.warehouse.read_text() == "one"

    make_next(home, "three")
    publish(home, "20250103T000000Z", {})
    assert home.warehouse.read_text() == "three"


def _killed(*_: object) -> None:
    raise KeyboardInterrupt
