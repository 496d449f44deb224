"""What is asked of dbt and what is read from its artifacts; no dbt is started here."""

from __future__ import annotations

import json
from pathlib import Path

from orchestration.lib.dbt import build_arguments, exported_queries, failures, models_behind
from orchestration.lib.dbt.translator import PostsaleDbtTranslator, source_key

MANIFEST = {
    "saved_queries": {
        "saved_query.p.board": {
            "name": "board",
            "exports": [{"name": "board"}],
            "depends_on": {"nodes": ["metric.p.nrr"]},
        },
        "saved_query.p.draft": {"name": "draft", "exports": [], "depends_on": {"nodes": []}},
    },
    "metrics": {
        "metric.p.nrr": {"depends_on": {"nodes": ["metric.p.base", "metric.p.current"]}},
        "metric.p.base": {"depends_on": {"nodes": ["semantic_model.p.windows"]}},
        "metric.p.current": {"depends_on": {"nodes": ["semantic_model.p.windows"]}},
    },
    "semantic_models": {"semantic_model.p.windows": {"depends_on": {"nodes": ["model.p.fct_arr_window"]}}},
}


def test_what_dagster_asks_for_is_passed_on() -> None:
    assert build_arguments(full_refresh=False) == ["--log-format", "json", "build"]
    assert build_arguments(full_refresh=True)[-1] == "--full-refresh"
    some = build_arguments(full_refresh=False, selection=["--select", "fqn:*"], indirect="empty")
    assert some[3:] == ["--indirect-selection", "empty", "--select", "fqn:*"]


def test_models_behind_a_saved_query_are_found_through_ratios() -> None:
    assert models_behind(MANIFEST, "saved_query.p.board") == {"model.p.fct_arr_window"}


def test_only_queries_with_an_export_are_exported() -> None:
    assert list(exported_queries(MANIFEST)) == ["board"]


def test_sources_take_the_keys_of_the_assets_that_load_them() -> None:
    assert source_key("salesforce", "Account").path == ["raw", "salesforce", "Account"]
    assert source_key("build", "parameters").path == ["build", "parameters"]
    assert source_key("raw_zone", "loads").path == ["raw_zone", "loads"]


def test_groups_come_from_the_folder() -> None:
    translator = PostsaleDbtTranslator()
    in_folder = {"resource_type": "model", "fqn": ["postsale", "staging", "salesforce", "stg_salesforce__accounts"]}
    at_the_top = {"resource_type": "model", "fqn": ["postsale", "marts", "dim_date"]}
    assert translator.get_group_name(in_folder) == "staging_salesforce"
    assert translator.get_group_name(at_the_top) == "marts"


def test_failures_name_the_test_its_rows_and_its_query(tmp_path: Path) -> None:
    (tmp_path / "compiled" / "postsale" / "tests").mkdir(parents=True)
    query = tmp_path / "compiled" / "postsale" / "tests" / "assert_arr_closes.sql"
    query.write_text("select 1")
    results = [
        {"unique_id": "test.postsale.assert_arr_closes", "status": "fail", "message": "Got 3 results", "failures": 3},
        {"unique_id": "model.postsale.dim_account", "status": "error", "message": "Binder\nError", "failures": None},
        {"unique_id": "test.postsale.unique_x.abc", "status": "pass", "message": None, "failures": 0},
        {"unique_id": "test.postsale.watched.abc", "status": "warn", "message": "Got 1 result", "failures": 1},
    ]
    (tmp_path / "run_results.json").write_text(json.dumps({"results": results}))
    found = failures(tmp_path)
    assert [str(failure) for failure in found] == [
        f"test assert_arr_closes: Got 3 results, 3 rows; its query: {query}",
        "model dim_account: Binder Error",
    ]


def test_no_results_is_no_failure(tmp_path: Path) -> None:
    assert failures(tmp_path) == []
