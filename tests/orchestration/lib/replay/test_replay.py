"""A replay makes what is asked for and no more, and makes anew only what an exchanged input reaches."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.lib.dbt.compiled_models import CompiledModel, CompiledModels, raw_relation
from orchestration.lib.replay import Replay


def _model(name: str, sql: str, *, needs: tuple[str, ...] = (), kind: str = "table") -> CompiledModel:
    return CompiledModel(
        name=name,
        relation=f'"warehouse"."marts"."{name}"',
        schema="marts",
        alias=name,
        materialized=kind,
        columns=(),
        needs=needs,
        sources=("crm.lines",) if not needs else (),
        sql=sql,
    )


LINES = _model("lines", f"select * from {raw_relation('crm', 'lines')}", kind="view")
TOTAL = replace(
    _model("total", 'select sum(arr) as arr from "warehouse"."marts"."lines"', needs=("lines",)),
    columns=(("arr", "decimal(10, 2)"),),
)
HALF = _model("half", 'select arr / 2 as arr from "warehouse"."marts"."total"', needs=("total",))
OTHER = replace(_model("other", f"select 7 as seven from {raw_relation('crm', 'deals')}"), sources=("crm.deals",))
MODELS = CompiledModels([HALF, TOTAL, LINES, OTHER])
SOURCES = {"crm.lines": "select unnest([10, 20]) as arr", "crm.deals": "select 1 as one"}


def _value(replay: Replay, name: str) -> object:
    row = replay.connection.execute(f"select * from marts.{name}").fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize("copy_rows", [True, False])
def test_only_what_is_asked_for_is_made_and_only_what_changed_is_made_anew(copy_rows: bool) -> None:
    with Replay(MODELS, SOURCES, copy_rows=copy_rows) as replay:
        assert replay.make(["total"]) == 2
        assert str(_value(replay, "total")) == "30.00"
        assert replay.make(["half", "other"]) == 2
        replay.exchange(sources=SOURCES | {"crm.lines": "select 5 as arr"})
        said: list[str] = []
        assert replay.make(["half", "other"], said.append) == 3
        assert said[-1] == "3 of 3 models, half"
        assert str(_value(replay, "total")) == "5.00"


def test_other_code_makes_anew_what_it_touches() -> None:
    with Replay(MODELS, SOURCES) as replay:
        replay.make(["half"])
        replay.exchange(models=CompiledModels([LINES, TOTAL, replace(HALF, sql="select 1 as arr", needs=()), OTHER]))
        assert replay.make(["half"]) == 1
        assert _value(replay, "half") == 1
        # a table may become a view
        replay.exchange(models=CompiledModels([LINES, replace(TOTAL, materialized="view"), HALF, OTHER]))
        assert replay.make(["half"]) == 2
        assert _value(replay, "half") == 15


def test_a_database_on_disk_holds_what_may_not_fit_into_memory(tmp_path: Path) -> None:
    with Replay(MODELS, SOURCES, folder=tmp_path) as replay:
        replay.make(["total"])
    assert (tmp_path / "warehouse.duckdb").exists()
