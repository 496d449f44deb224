"""The contracts that ship, and what a wrong one is answered."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.contracts import ContractError, dbt_sources, docs, load_connectors, raw_columns
from orchestration.lib.contracts.sql import SQL_TYPES, identifier, typed

MINIMAL = """
connector: {name}
title: Title
description: Words.
formats: [csv]
objects:
  things:
    description: Words.
    key: [id]
    columns:
      id: {{type: id, required: true}}
      made_on: {{type: date}}
{more}
"""


def _write(folder: Path, name: str = "shop", more: str = "") -> Path:
    (folder / "shop.yml").write_text(MINIMAL.format(name=name, more=more))
    return folder


def test_the_connectors_that_ship() -> None:
    connectors = load_connectors()
    assert sorted(connectors) == ["canonical", "delighted", "harvest", "policy", "salesforce", "segment", "zendesk"]
    assert [name for name, connector in connectors.items() if connector.is_policy] == ["policy"]
    canonical = set(connectors["canonical"].objects)
    for connector in connectors.values():
        for name, contract in connector.objects.items():
            assert contract.canonical in (None, *canonical), name


def test_reject_rules_are_sql_over_the_objects_own_columns() -> None:
    with duckdb.connect() as connection:
        for connector in load_connectors().values():
            for contract in connector.objects.values():
                columns = ", ".join(
                    f"cast(null as {SQL_TYPES[column.type]}) as {identifier(name)}"
                    for name, column in contract.columns.items()
                )
                for rule in contract.rejects:
                    connection.execute(f"select {rule.when} from (select {columns})")


def test_raw_columns_are_the_declared_ones_and_the_lineage() -> None:
    names = list(raw_columns(load_connectors()["segment"].objects["track"]))
    assert names[:2] == ["messageId", "type"]
    assert names[-12:] == [
        "_extra",
        "_source",
        "_object",
        "_file",
        "_row_number",
        "_record_id",
        "_page",
        "_load_id",
        "_loaded_at",
        "_known_at",
        "_row_hash",
        "_is_withdrawn",
    ]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("    version: changed_at\n", "not among the columns: changed_at"),
        ("    parent: above\n", "not among the columns: above"),
        ("    version: id\n", "id must be a date or a timestamp"),
        ("      _hidden: {type: text}\n", "'_hidden' is not a plain identifier"),
        ("      ID: {type: text}\n", "differ in case only"),
        ("      size: {type: float}\n", "objects.things.columns.size.type"),
        ("      size: {type: text, min: 0}\n", "min and max apply to decimal and integer"),
        ("      size: {type: text, clock: event}\n", "clock applies to"),
        ("      size: {type: text, requird: true}\n", "Extra inputs are not permitted"),
        ("    rejects: [{reason: x, column: nothing, when: 'true'}]\n", "not among the columns: nothing"),
    ],
)
def test_a_wrong_contract_names_its_file_and_the_place(tmp_path: Path, more: str, message: str) -> None:
    with pytest.raises(ContractError) as raised:
        load_connectors(_write(tmp_path, more=more))
    assert str(raised.value).startswith("shop.yml: objects")
    assert message in str(raised.value)


def test_a_contract_file_is_named_after_its_connector(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="name the file after it"):
        load_connectors(_write(tmp_path, name="store"))
    (tmp_path / "shop.yml").write_text("objects: [")
    with pytest.raises(ContractError, match=r"shop\.yml: not valid YAML"):
        load_connectors(tmp_path / ".." / tmp_path.name)


def test_dbt_sources_are_those_of_the_contracts() -> None:
    assert dbt_sources.out_of_date(dbt_sources.staging_dir()) == []


def test_a_changed_source_file_is_noticed(tmp_path: Path) -> None:
    for path, content in dbt_sources.render().items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content)
    assert dbt_sources.out_of_date(tmp_path) == []
    changed = tmp_path / "zendesk" / "_zendesk__sources.yml"
    changed.write_text(changed.read_text().replace("required", "optional"))
    (tmp_path / "build" / "_build__sources.yml").unlink()
    assert sorted(dbt_sources.out_of_date(tmp_path)) == ["build/_build__sources.yml", "zendesk/_zendesk__sources.yml"]


def test_the_tables_of_the_connect_page_are_those_of_the_contracts() -> None:
    text = docs.page().read_text(encoding="utf-8")
    assert docs.fill(text) == text
    for name in ("canonical", "vendors", "policy"):
        assert f"<!-- contracts: {name} -->" in text
    emptied = re.sub(r"(-->\n)[^<]*\|[^<]*(<!-- end)", r"\1\2", text)
    assert emptied != text
    assert docs.fill(emptied) == text


def test_every_reason_is_explained_on_the_connect_page() -> None:
    text = docs.page().read_text(encoding="utf-8")
    package = Path(docs.__file__).parents[1]
    sources = [*(package / "loader").glob("*.py"), *(package / "checks").glob("*.py")]
    code = "\n".join(file.read_text(encoding="utf-8") for file in sources)
    reasons = set(re.findall(r"FileFaultError\(\s*\"([a-z_]+)\"", code))
    reasons |= set(re.findall(r"return \[\], \"([a-z_]+)\"", code))
    reasons |= {rule.reason for c in load_connectors().values() for o in c.objects.values() for rule in o.rejects}
    assert {"missing_column", "empty_file", "wrong_encoding", "truncated_line", "negative_amount"} <= reasons
    reasons |= set(
        re.findall(r"\"(segment_\w+|no_segments|hierarchy_cycle|nothing_accepted|unknown_\w+|two_\w+)\"", code)
    )
    assert [reason for reason in sorted(reasons) if f"`{reason}`" not in text] == []


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("date", " 2024-02-29 ", "2024-02-29"),
        ("date", "2023-02-29", None),
        ("date", "2024-02-29 00:00:00", "2024-02-29"),
        ("date", "2024-02-29T00:00:00.000Z", "2024-02-29"),
        ("date", "2024-02-29T10:00:00", None),
        ("timestamp", "2024-01-01T10:00:00.000+0200", "2024-01-01 08:00:00"),
        ("timestamp", "2024-01-01", "2024-01-01 00:00:00"),
        ("unix", "1704103200.5", "2024-01-01 10:00:00.5"),
        ("decimal", "-.5", "-0.500000"),
        ("decimal", "1e3", None),
        ("decimal", "12345678901234567890123", None),
        ("integer", "5.0", "5"),
        ("integer", "5.5", None),
        ("boolean", "Yes", "true"),
        ("boolean", "y", None),
        ("email", " Jo@X.com", "jo@x.com"),
        ("email", "jo", None),
        ("currency", "usd", "USD"),
        ("currency", "us", None),
        ("id", " 007 ", "007"),
    ],
)
def test_types(kind: str, text: str, expected: str | None) -> None:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        row = connection.execute(f"select cast({typed('value', kind)} as varchar) from (select ? as value)", [text])
        assert row.fetchone() == (expected,)
