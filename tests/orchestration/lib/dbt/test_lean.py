"""dbt doing less around each node: it builds, tests and says what dbt itself does."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from orchestration.lib.dbt import failures, worker

PROJECT = {
    "dbt_project.yml": """
        {name: toy, version: 1.0.0, profile: toy,
        flags: {send_anonymous_usage_stats: false, require_generic_test_arguments_property: true}}
    """,
    "profiles.yml": "toy: {target: t, outputs: {t: {type: duckdb, path: \"{{ env_var('TOY_FILE') }}\", threads: 2}}}",
    "macros/own.sql": """
        {% macro twice(column) %}{{ column }} * 2{% endmacro %}
        {% test is_below(model, column_name, bound) %}
            select * from {{ model }} where {{ column_name }} >= {{ bound }}
        {% endtest %}
    """,
    "models/a.sql": "select i as id, {{ twice('i') }} as doubled from range(5) as numbers(i)",
    "models/b.sql": """
        {{ config(materialized='table') }}
        select id, {{ dbt.concat(["'n'", 'id']) }} as name from {{ ref('a') }}
    """,
    "models/schema.yml": """
        models:
          - name: a
            columns:
              - name: id
                data_tests:
                  - unique
                  - not_null
                  - is_below: {arguments: {bound: 3}, config: {severity: warn}}
              - name: doubled
                data_tests:
                  - is_below: {arguments: {bound: 6}, config: {where: "id > 0", error_if: ">5", warn_if: ">1"}}
                  - is_below: {name: by_sum, arguments: {bound: 7}, config: {severity: warn, fail_calc: "sum(id)"}}
                  - is_below: {name: below_limited, arguments: {bound: 1}, config: {severity: warn, limit: 2}}
          - name: b
            columns:
              - name: id
                data_tests:
                  - relationships: {arguments: {to: ref('a'), field: id}}
                  - is_below: {name: b_is_small, arguments: {bound: 4}}
                  - is_below: {name: b_is_broken, arguments: {bound: no_such_column}}
    """,
    "tests/names_are_there.sql": "select * from {{ ref('b') }} where name is null",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("toy")
    for name, text in PROJECT.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return folder


def environment(project: Path, target: Path) -> dict[str, str]:
    return {
        **os.environ,
        "DBT_PROJECT_DIR": str(project),
        "DBT_PROFILES_DIR": str(project),
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target),
        "TOY_FILE": str(target / "toy.duckdb"),
    }


def outcomes(target: Path) -> dict[str, tuple[Any, ...]]:
    results = json.loads((target / "run_results.json").read_text())["results"]
    return {
        result["unique_id"]: (result["status"], result["failures"], told(result["message"]), result["compiled_code"])
        for result in results
    }


def told(message: str | None) -> str:
    """A message without the line of the statement that the engine counts."""
    return re.sub(r"LINE \d+:|^ *\^$", "", message or "", flags=re.MULTILINE)


def test_it_finds_and_says_what_dbt_does(project: Path, tmp_path: Path) -> None:
    usual, lean = tmp_path / "usual", tmp_path / "lean"
    for target in (usual, lean):
        target.mkdir()
    dbt = Path(sys.executable).with_name("dbt")
    subprocess.run([dbt, "--quiet", "build"], cwd=project, env=environment(project, usual), check=False)
    order = {"arguments": ["--quiet", "build"], "environment": environment(project, lean)}
    said = subprocess.run(
        [sys.executable, "-P", worker.__file__],
        cwd=project,
        env=environment(project, lean),
        input=json.dumps(order) + "\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert worker.READY in said.stdout, said.stdout + said.stderr
    expected = outcomes(usual)
    assert outcomes(lean) == expected
    assert {values[0] for values in expected.values()} == {"success", "pass", "warn", "fail", "error"}

    named = {failure.name: failure for failure in failures(lean)}
    assert set(named) == {"b_is_small", "b_is_broken"}
    for failure in named.values():
        assert failure.compiled is not None, "the query of a test that failed is there to be run"
        assert "from" in failure.compiled.read_text()
    assert not list(lean.rglob("names_are_there.sql")), "the queries of tests that passed are not written"
    assert not (lean / "graph.gpickle").exists()
