"""What became of every row that arrived, over a company whose every row meets another fate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from orchestration.lib.config import load_config
from orchestration.lib.dbt.compiled_models import CompiledModels, keep_compiled_models
from orchestration.lib.home import Home
from orchestration.lib.loader import load_policy, load_source, prepare_raw_zone
from orchestration.lib.parameters import resolve
from orchestration.lib.replay import Replay, raw_sources
from tests.conftest import Company

CONFIG = """
as_of = "2024-03-31"

[sources.books]
connector = "canonical"
kind = "files"
path = "files"
"""

MARCH, APRIL, MAY = "delivered=2024-03-31", "delivered=2024-04-05", "delivered=2024-05-01"
LINES = "subscription_id,account_id,product,start_date,end_date,arr\n"
FILES = {
    f"{MARCH}/accounts.csv": "account_id,account_name\na1,Acme\na2,Bolt\n",
    f"{MARCH}/subscriptions.csv": LINES
    + "changed,a1,core,2023-01-01,,100\n"
    + "changed,a1,core,2023-01-01,,100\n"
    + "left,a2,core,2023-01-01,,50\n"
    + "lost,zz,core,2023-01-01,,70\n"
    + "wrong,a1,core,2023-01-01,,-1\n",
    f"{MARCH}/usage_events.csv": "event_id,account_id,event_name,occurred_at\n"
    + "e1,a1,opened,2024-03-01 10:00:00\n"
    + "e1,a1,opened,2024-03-01 10:00:00\n"
    + "e2,zz,opened,2024-03-01 11:00:00\n"
    + "e3,a1,opened,2024-03-31 12:00:00\n"
    + "e4,a1,opened,2024-04-02 12:00:00\n",
    f"{MARCH}/surveys.csv": "response_id,account_id,kind,score,responded_at\n"
    + "r1,a1,nps,9,2024-03-02 10:00:00\n"
    + "r2,a1,nps,9,2024-04-01 10:00:00\n",
    f"{APRIL}/subscriptions.csv": LINES + "changed,a1,core,2023-01-01,,120\n",
    f"{APRIL}/usage_events.csv": "event_id,account_id,event_name,occurred_at\ne1,a1,closed,2024-03-01 10:00:00\n",
    f"{APRIL}/tickets.csv": "not,a,ticket\n1,2,3\n",
    f"{MAY}/accounts.csv": "account_id,account_name\na2,Bolt and Nut\na3,Crane\n",
}


class Accounted:
    """The company's rows through the loader, and the models of a build over them."""

    def __init__(self, replay: Replay, accounting: str) -> None:
        self.replay = replay
        self.accounting = accounting

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self.replay.connection.execute(query).fetchall()
        return found

    def fates(self, name: str) -> set[tuple[Any, ...]]:
        return set(
            self.rows(
                "select split_part(file, '/', 1), record_id, row_from, row_to, row_count, disposition, reason "
                f"from audit.raw_row where object = '{name}'"
            )
        )


@pytest.fixture(scope="module")
def accounted(generated: Company, compiled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accounted]:
    folder = tmp_path_factory.mktemp("fates")
    (folder / "postsale.toml").write_text(CONFIG)
    for name, content in FILES.items():
        path = folder / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    config, home = load_config(folder / "postsale.toml"), folder / "home"
    prepare_raw_zone(home)
    load_policy(config, home)
    load_source(config, home, "books")
    lines = folder / "files" / MARCH / "subscriptions.csv"
    lines.write_text("".join(line for line in lines.read_text().splitlines(True) if not line.startswith("left")))
    load_source(config, home, "books")
    resolve(config, home, known_at=datetime(2024, 4, 15)).write(home)

    built = Home(generated.home)
    kept = keep_compiled_models(built.dbt_target / "manifest.json", folder)
    assert kept is not None
    accounting = compiled / "compiled/postsale/tests/audit/assert_every_raw_row_is_accounted_for.sql"
    with Replay(CompiledModels.read(folder), raw_sources(home, home / "next"), copy_rows=True) as replay:
        replay.make(["audit_raw_row", "audit_load"])
        yield Accounted(replay, accounting.read_text())


def test_lines(accounted: Accounted) -> None:
    again = "an equal row was loaded before, or stands in the same file"
    assert accounted.fates("subscriptions") == {
        (MARCH, "changed", 2, 2, 1, "superseded", "a later version of the record counts"),
        (MARCH, None, None, None, 1, "duplicate", again),
        (MARCH, "left", 4, 4, 1, "withdrawn", "the record is no longer in its file"),
        (MARCH, "lost", 5, 5, 1, "quarantined", "unknown_account"),
        (MARCH, None, 6, 6, 1, "quarantined", "negative_amount"),
        (APRIL, "changed", 2, 2, 1, "used", None),
        # the file again, without the line that left
        (MARCH, "left", None, None, 1, "withdrawal", "written by the loader: the record is no longer in its file"),
        (MARCH, None, None, None, 3, "duplicate", again),
        (MARCH, None, 5, 5, 1, "quarantined", "negative_amount"),
    }


def test_accounts_that_arrived_too_late(accounted: Accounted) -> None:
    assert accounted.fates("accounts") == {
        (MARCH, "a1", 2, 2, 1, "used", None),
        (MARCH, "a2", 3, 3, 1, "used", None),
        (MAY, "a2", 2, 2, 1, "late", "it arrived after known_at"),
        (MAY, "a3", 3, 3, 1, "late", "it arrived after known_at"),
    }


def test_events_are_counted(accounted: Accounted) -> None:
    assert accounted.fates("usage_events") == {
        (MARCH, None, 5, 5, 1, "used", None),
        (MARCH, None, None, None, 1, "duplicate", "an equal row was loaded before, or stands in the same file"),
        (MARCH, None, 4, 4, 1, "quarantined", "unknown_account"),
        (MARCH, None, 6, 6, 1, "unused", "it is about a day after as_of"),
        (MARCH, None, 2, 6, 1, "superseded", "a later version of the event, or its withdrawal, counts"),
        (APRIL, None, 2, 2, 1, "used", None),
    }


def test_answers_of_a_later_day_are_unused(accounted: Accounted) -> None:
    assert accounted.fates("surveys") == {
        (MARCH, "r1", 2, 2, 1, "used", None),
        (MARCH, "r2", 3, 3, 1, "unused", "it is about a day after as_of"),
    }


def test_rules_of_policy_have_a_fate_too(accounted: Accounted) -> None:
    found = accounted.rows("select distinct object, disposition, reason from audit.raw_row where connector = 'policy'")
    assert ("segments", "used", None) in found
    assert ("benchmarks", "unused", "shown beside a metric on the pages; no fact is made from it") in found


def test_what_arrived_is_loaded_duplicate_or_quarantined_by_load_and_object(accounted: Accounted) -> None:
    loads = accounted.rows(
        "select object, split_part(file, '/', 1), status, rows_arrived, rows_loaded, rows_duplicate, rows_quarantined, "
        "rows_withdrawn from audit.load where source = 'books' order by load_id",
    )
    assert sorted(loads) == sorted(
        [
            ("accounts", MARCH, "loaded", 2, 2, 0, 0, 0),
            ("subscriptions", MARCH, "loaded", 5, 3, 1, 1, 0),
            ("surveys", MARCH, "loaded", 2, 2, 0, 0, 0),
            ("usage_events", MARCH, "loaded", 5, 4, 1, 0, 0),
            ("subscriptions", APRIL, "loaded", 1, 1, 0, 0, 0),
            ("usage_events", APRIL, "loaded", 1, 1, 0, 0, 0),
            ("tickets", APRIL, "quarantined", 0, 0, 0, 0, 0),
            ("subscriptions", MARCH, "loaded", 4, 0, 3, 1, 1),
        ]
    )
    for arrived, loaded, duplicate, quarantined in (load[3:7] for load in loads):
        assert arrived == loaded + duplicate + quarantined
    by_object = accounted.rows(
        "select object, sum(rows_arrived), sum(rows_loaded + rows_duplicate + rows_quarantined) from audit.load "
        "group by object",
    )
    assert by_object
    assert all(arrived == accounted for _, arrived, accounted in by_object)


def test_every_load_adds_up_in_the_account_of_rows(accounted: Accounted) -> None:
    """What the loader counted when a file arrived is what the account finds in raw zone, quarantine and ledger."""
    assert accounted.rows(accounted.accounting) == []
    silent = "select count(*) from audit.raw_row where reason is null and disposition <> 'used'"
    assert accounted.rows(silent) == [(0,)]
    counted = accounted.rows("select disposition, sum(row_count) from audit.raw_row where source = 'books' group by 1")
    assert dict(counted) == {
        "used": 6,
        "superseded": 2,
        "withdrawn": 1,
        "withdrawal": 1,
        "late": 2,
        "duplicate": 5,
        "quarantined": 4,
        "unused": 2,
    }
