"""The ledger on its own: what is appended, what a restatement is, and that no edit goes unnoticed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.home import Home, publish
from orchestration.lib.ledger import Appended, Ledger, append, history, settle, verify
from orchestration.lib.ledger.redact import redact
from orchestration.lib.ledger.restated import Explain, Explanation, Finding, Part, RestatedValue, is_same
from orchestration.lib.ledger.words import explanation

MAY, JUNE = date(2024, 5, 1), date(2024, 6, 1)
METRIC = {
    "name": "arr",
    "description": "Sum of ARR.",
    "type": "simple",
    "type_params": {"measure": {"name": "arr_sum"}},
    "config": {"meta": {}},
}
QUERY = {
    "name": "board",
    "description": "The board.",
    "query_params": {
        "metrics": ["arr"],
        "group_by": ["TimeDimension('metric_time', 'month')", "Dimension('book__segment')"],
        "where": None,
    },
    "exports": [{"name": "board", "config": {"export_as": "table", "schema_name": "metrics", "alias": None}}],
}

Values = Mapping[tuple[date, str], str | None]
Publish = Callable[..., Appended]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    place = Home(tmp_path / "home")
    place.prepare()
    return place


@pytest.fixture
def publish_values(home: Home) -> Publish:
    """Publishes a build that exports one metric by segment; returns the entries it appended."""
    number = 0

    def make(
        values: Values,
        *,
        expr: str = "arr",
        as_of: date = date(2024, 6, 30),
        explain: Explain | None = None,
        **hashes: str,
    ) -> Appended:
        nonlocal number
        number += 1
        model = {
            "name": "snapshots",
            "node_relation": {"alias": "fct_arr_snapshot"},
            "measures": [{"name": "arr_sum", "agg": "sum", "expr": expr}],
        }
        manifest = {"metrics": [METRIC], "semantic_models": [model], "saved_queries": [QUERY]}
        (home.dbt_target / "semantic_manifest.json").write_text(json.dumps(manifest))
        (home.dbt_target / "manifest.json").write_text("{}")
        (home.next / "exports").mkdir(parents=True)
        with duckdb.connect() as connection:
            connection.execute("create table board (metric_time date, segment varchar, arr decimal(38, 6))")
            connection.executemany(
                "insert into board values (?, ?, ?)", [(day, name, value) for (day, name), value in values.items()]
            )
            connection.execute(f"copy board to '{home.next / 'exports' / 'board.parquet'}'")
        duckdb.connect(str(home.next / "warehouse.duckdb")).close()
        facts = {
            "build_id": f"build{number}",
            "input_hash": "rows",
            "policy_hash": "policy",
            "code_version": "code",
            "as_of": as_of,
            "known_at": datetime(2024, 7, 1),
        } | hashes
        appended = append(home, facts, explain=explain)
        publish(home, facts["build_id"], facts)
        settle(home)
        return appended

    return make


BOTH = {(MAY, "All"): "30", (MAY, "hybrid"): "10", (JUNE, "All"): "31", (JUNE, "hybrid"): None}


def test_a_build_that_changes_nothing_adds_its_own_entry_alone(home: Home, publish_values: Publish) -> None:
    assert publish_values(BOTH).entries == 1 + 3
    assert publish_values(BOTH).entries == 1
    assert verify(home) == (5, None)


def test_a_changed_number_of_a_closed_month_is_a_restatement_with_its_causes(
    home: Home, publish_values: Publish
) -> None:
    publish_values(BOTH)
    publish_values(BOTH | {(MAY, "hybrid"): "12.5"}, input_hash="late rows", policy_hash="other policy")
    first, second = history(home.path, "arr", "month", MAY, {"segment": "hybrid"})
    assert (first["value"], first["is_restatement"]) == (10.0, False)
    assert (second["value"], second["previous_value"], second["difference"]) == (12.5, 10.0, 2.5)
    assert (second["is_restatement"], second["causes"]) == (True, "rows, policy")
    assert [row["value"] for row in history(home.path, "arr", "month", MAY)] == [30.0]


def test_an_open_month_that_moves_on_is_no_restatement(home: Home, publish_values: Publish) -> None:
    publish_values(BOTH, as_of=date(2024, 6, 20))
    publish_values(BOTH | {(JUNE, "All"): "40"})
    assert [row["is_restatement"] for row in history(home.path, "arr", "month", JUNE)] == [False, False]


def test_a_new_definition_is_named_and_kept(home: Home, publish_values: Publish) -> None:
    publish_values(BOTH)
    publish_values(BOTH | {(MAY, "All"): "29"}, expr="arr - discount")
    assert history(home.path, "arr", "month", MAY)[-1]["causes"] == "definition"
    texts = [path.read_text() for path in Ledger.of(home.path).definitions.iterdir()]
    assert sorted("arr - discount" in text for text in texts) == [False, True]


def test_a_value_that_is_published_no_longer_is_withdrawn_and_may_come_back(
    home: Home, publish_values: Publish
) -> None:
    publish_values(BOTH)
    assert publish_values({(MAY, "All"): "30"}).entries == 1 + 2
    assert publish_values(BOTH).entries == 1 + 2
    values = [row["value"] for row in history(home.path, "arr", "month", JUNE)]
    assert values == [31.0, None, 31.0]


def test_the_warehouse_holds_the_ledger(home: Home, publish_values: Publish) -> None:
    publish_values(BOTH)
    publish_values(BOTH | {(MAY, "All"): "29"})
    with duckdb.connect(str(home.warehouse.resolve()), read_only=True) as warehouse:
        rows = warehouse.execute("select count(*), max(sequence) from audit.ledger").fetchone()
    assert rows == (6, 6)


def test_a_process_killed_between_publishing_and_the_ledger_loses_nothing(home: Home, publish_values: Publish) -> None:
    publish_values(BOTH)
    (segment,) = Ledger.of(home.path).segments()
    segment.unlink()
    (Ledger.of(home.path).root / ".build1").unlink()
    settle(home)
    assert verify(home) == (4, None)


def _edit(segment: Path, statement: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"create table segment as select * from read_parquet('{segment}')")
        connection.execute(statement)
        segment.unlink()
        connection.execute(f"copy segment to '{segment}' (format parquet)")


@pytest.mark.parametrize(
    ("statement", "sequence", "problem"),
    [
        ("update segment set value = '11' where sequence = 3", 3, "arr"),
        ("update segment set entry_hash = sha256('x') where sequence = 3", 3, "changed"),
        ("delete from segment where sequence = 3", 4, "entries 3 to 3 are missing"),
        ("update segment set code_version = 'other' where sequence = 1", 1, "the note of a build"),
        ("delete from segment where sequence = 4", 5, "missing"),
    ],
)
def test_every_edit_is_noticed_where_it_was_made(
    home: Home, publish_values: Publish, statement: str, sequence: int, problem: str
) -> None:
    publish_values(BOTH)
    publish_values(BOTH | {(MAY, "All"): "29"})
    _edit(Ledger.of(home.path).segments()[0], statement)
    _, broken = verify(home)
    assert broken is not None
    assert broken.sequence == sequence
    assert problem in broken.problem


def test_entries_cut_off_at_the_end_are_missed(home: Home, publish_values: Publish) -> None:
    publish_values(BOTH)
    publish_values(BOTH | {(MAY, "All"): "29"})
    Ledger.of(home.path).segments()[-1].unlink()
    settle(home)
    entries, broken = verify(home)
    assert entries == 4
    assert broken is not None
    assert "missing" in broken.problem


def test_a_definition_that_was_edited_or_deleted_is_missed_with_the_entry_that_refers_to_it(
    home: Home, publish_values: Publish
) -> None:
    publish_values(BOTH)
    (definition,) = Ledger.of(home.path).definitions.iterdir()
    text = definition.read_text()
    definition.write_text(text.replace('"expr": "arr"', '"expr": "0"'))
    _, edited = verify(home)
    definition.unlink()
    settle(home)  # does not fill the gap
    _, deleted = verify(home)
    assert edited is not None
    assert deleted is not None
    assert (
        (edited.sequence, edited.segment)
        == (deleted.sequence, deleted.segment)
        == (2, f"definitions/{definition.name}")
    )
    assert ("changed" in edited.problem, "missing" in deleted.problem) == (True, True)


def test_a_whole_segment_that_is_deleted_is_missed(home: Home, publish_values: Publish) -> None:
    for value in ("30", "29", "28"):
        publish_values(BOTH | {(MAY, "All"): value})
    Ledger.of(home.path).segments()[1].unlink()
    _, broken = verify(home)
    assert broken is not None
    assert (broken.sequence, broken.problem) == (7, "entries 5 to 6 are missing before it")


PARTS = [("rows_late", "30", "30.1"), ("policy", "30.1", "30.300000000000004"), ("code", "30.300000000000004", "29")]


@pytest.fixture
def explained(publish_values: Publish) -> Publish:
    """Publishes with an explanation in three steps of whatever is restated."""

    def why(values: Sequence[RestatedValue]) -> Explanation:
        found = Finding("policy", "policy.segments", 1, ("arr",), ({"record": {"segment": "hybrid"}},))
        steps = enumerate(PARTS, start=1)
        return Explanation([found], [Part(values[0], step, *part) for step, part in steps])

    return lambda values, **more: publish_values(values, explain=why, **more)


def test_parts_are_entries_and_add_up_to_the_last_digit(home: Home, explained: Publish) -> None:
    explained(BOTH)
    appended = explained(BOTH | {(MAY, "All"): "29"})
    assert (appended.entries, appended.restated) == (1 + 1 + 1 + 3, 1)
    row = history(home.path, "arr", "month", MAY)[-1]
    assert row["causes"] == "rows_late +0.1, policy +0.200000000000004, code -1.300000000000004"
    assert sum(part["difference"] for part in row["parts"]) == row["difference"] == -1
    assert [finding["object"] for finding in row["findings"]] == ["policy.segments"]
    lines = list(explanation(row))
    assert "30 → 29 (-1)" in lines[0]
    assert any("segment hybrid" in line for line in lines)


@pytest.mark.parametrize("kind", ["cause", "part"])
def test_an_explanation_that_was_edited_is_noticed(home: Home, explained: Publish, kind: str) -> None:
    explained(BOTH)
    explained(BOTH | {(MAY, "All"): "29"})
    _edit(
        Ledger.of(home.path).segments()[1],
        f"update segment set value = replace(value, 'policy', 'fx') where kind = '{kind}'",
    )
    _, broken = verify(home)
    assert broken is not None
    assert (broken.sequence, broken.problem.count(kind)) == ({"cause": 7, "part": 9}[kind], 1)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("0.9050279329608939", "0.9050279329608938", True),
        ("0.9050279329608939", "0.9050279339608938", False),
        ("366000.000000", "366000.000001", False),
        ("0.1", None, False),
    ],
)
def test_two_sums_of_the_same_floats_are_one_number(one: str, other: str | None, same: bool) -> None:
    assert is_same(one, other) is same


def test_a_name_is_taken_out_without_breaking_the_chain(home: Home, publish_values: Publish) -> None:
    publish_values({(MAY, "Dana Reyes"): "10", (MAY, "Eli Okafor"): "7"})
    publish_values({(MAY, "Dana Reyes"): "12", (MAY, "Eli Okafor"): "7"})
    settle(home)
    ledger = Ledger.of(home.path)
    whole = verify(home)
    assert whole[1] is None
    for is_real in (False, True):
        changed = [
            redact(ledger, segment, lambda text: text.replace("Dana Reyes", "erased-1"), is_real=is_real)
            for segment in ledger.segments()
        ]
        assert changed == [1, 1], "looking at what it would change changes nothing"
    assert verify(home) == whole
    slices = duckdb.sql(f"select distinct slice from {ledger.relation()} where kind = 'value'").fetchall()
    assert "Dana" not in str(slices) and "erased-1" in str(slices)
    redact(ledger, ledger.segments()[0], lambda text: text.replace("Eli Okafor", "erased-2"))
    assert verify(home) == whole, "a second erasure adds to the register"
    segment = ledger.segments()[0]
    rows = f"select * replace (replace(slice, 'erased-1', 'erased-9') as slice) from read_parquet('{segment}')"
    duckdb.sql(f"copy ({rows}) to '{segment}.new' (format parquet)")
    Path(f"{segment}.new").replace(segment)
    _, broken = verify(home)
    assert broken is not None and broken.segment == segment.name, "an edit after the erasure shows"
