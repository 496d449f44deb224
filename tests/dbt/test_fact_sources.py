"""`audit.fact_sources` and `audit.raw_row`: what facts declare, what they name, and what became of every row."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.lib.contracts import load_connectors
from orchestration.lib.dbt.compiled_models import CompiledModels, keep_compiled_models
from orchestration.lib.home import Home
from orchestration.lib.replay import Replay, raw_sources
from tests.conftest import Company
from tests.dbt.company import Workshop

# What a flag of a declaration stands for: the walk through the graph ends there, since these say themselves what they
# are made from, and a fact that follows them is given their sources.
FOLLOWED = {
    "book": {"dim_account_history", "dim_account_month"},
    "journey": {"dim_account_journey", "dim_account_month"},
    "names": {"int_people"},
    "calendar": {"int_months", "dim_date"},
}
SCOPES = ("record", "family", "person", "staff", "company")


@pytest.fixture(scope="module")
def manifest(workshop: Workshop) -> dict[str, Any]:
    """dbt's manifest of the project as it is."""
    return workshop.manifest()


def marts(manifest: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every mart that holds facts: all but the audit's own tables."""
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and node["path"].startswith("marts/") and node["fqn"][2] != "audit":
            yield node


def declared(node: Mapping[str, Any]) -> dict[str, Any]:
    sources: dict[str, Any] = node["config"]["meta"].get("sources", {})
    return sources


def flags(node: Mapping[str, Any]) -> set[str]:
    sources = declared(node)
    return {*sources.get("slices", ()), *(flag for flag in ("names", "calendar") if sources.get(flag))}


def read_by(manifest: Mapping[str, Any], node: Mapping[str, Any]) -> tuple[set[str], set[str], set[str]]:
    """Canonical objects and policy tables that a mart's models read, and the flags of what the walk ended at."""
    ends = {name: flag for flag in flags(node) for name in FOLLOWED[flag]}
    found: set[str] = set()
    met: set[str] = set()
    waiting = list(node["depends_on"]["nodes"])
    while waiting:
        name = waiting.pop().rsplit(".", 1)[-1]
        if name in found:
            continue
        found.add(name)
        if name in ends:
            met |= {flag for flag in flags(node) if name in FOLLOWED[flag]}
        else:
            waiting += manifest["nodes"][f"model.postsale.{name}"]["depends_on"]["nodes"] if is_model(name) else []
    objects = {name[4 : -len("_checked")] for name in found if name.endswith("_checked")}
    objects |= {"accounts"} if found & {"int_accounts_unioned", "int_account_versions_unioned"} else set()
    objects |= {"people"} if found & {"int_people_unioned", "int_person_versions_unioned"} else set()
    return objects, {name.split("__")[1] for name in found if name.startswith("stg_policy__")}, met


def is_model(name: str) -> bool:
    """Staging is where the walk arrives: its models are the canonical objects' own sources."""
    return not name.startswith("stg_")


def test_every_mart_says_what_it_is_made_from(manifest: Mapping[str, Any]) -> None:
    keys = {node["name"]: (declared(node).get("key"), set(node["columns"])) for node in marts(manifest)}
    assert {name for name, (key, columns) in keys.items() if key not in columns} == set()
    for node in marts(manifest):
        sources = declared(node)
        named = [sources[what] for what in ("account", "onboarding", "person_column") if what in sources]
        assert set(named) <= set(node["columns"]), node["name"]
        assert not sources.get("record") or "source_row_hashes" in node["columns"], node["name"]
        assert not sources.get("person") or "person_column" in sources, node["name"]
        assert not (sources.get("family") or sources.get("staff")) or sources.keys() & {"account", "onboarding"}


def test_the_view_holds_every_mart(manifest: Mapping[str, Any]) -> None:
    for reader in ("audit_fact_sources", "audit_raw_row"):
        read = {
            name.rsplit(".", 1)[-1] for name in manifest["nodes"][f"model.postsale.{reader}"]["depends_on"]["nodes"]
        }
        assert {name for name in read if not name.startswith(("int_", "stg_"))} == {
            node["name"] for node in marts(manifest)
        }


def test_nothing_that_a_fact_reads_is_left_out_and_nothing_else_is_named(manifest: Mapping[str, Any]) -> None:
    wrong = {}
    for node in marts(manifest):
        sources = declared(node)
        objects, policy, met = read_by(manifest, node)
        without = set(sources.get("without", {}).get("objects", ()))
        unread = set(sources.get("without", {}).get("policy", ()))
        named = {name for scope in SCOPES for name in sources.get(scope, ())}
        faults = {
            "left out": sorted(objects - named - without),
            "not read": sorted((named | without) - objects),
            "policy left out": sorted(policy - set(sources.get("policy", ())) - unread),
            "policy not read": sorted((set(sources.get("policy", ())) | unread) - policy),
            "flags without effect": sorted(flags(node) - met),
            "both named and without": sorted(named & without),
        }
        if sources.get("without"):
            assert sources["without"]["because"].strip()
        if any(faults.values()):
            wrong[node["name"]] = {what: names for what, names in faults.items() if names}
    assert wrong == {}


@pytest.mark.parametrize("flag", sorted(FOLLOWED))
def test_a_walk_that_is_not_ended_finds_more(manifest: Mapping[str, Any], flag: str) -> None:
    """Were an end of the walk misnamed, every declaration would seem to be whole."""
    node = next(node for node in marts(manifest) if flag in flags(node) and node["name"] != "dim_account_month")
    short = read_by(manifest, node)
    other = {**node, "config": {"meta": {"sources": {}}}}
    assert read_by(manifest, other)[0] >= short[0]
    assert flag in short[2]


@dataclass(frozen=True)
class Audited:
    """A build whose facts are traced: its warehouse, the models that made it, the raw zone they read."""

    home: Home
    build: Path
    models: CompiledModels
    facts: Mapping[str, Mapping[str, Any]]
    target: Path

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with duckdb.connect(str(self.build / "warehouse.duckdb"), read_only=True) as connection:
            yield connection

    def compiled(self, path: str) -> str:
        """The SQL of a model or test."""
        return (self.target / "compiled" / "postsale" / path).read_text()


@pytest.fixture(scope="module")
def audited(generated: Company, compiled: Path, tmp_path_factory: pytest.TempPathFactory) -> Audited:
    home = Home(generated.home)
    content = json.loads((home.dbt_target / "manifest.json").read_bytes())
    kept = keep_compiled_models(home.dbt_target / "manifest.json", tmp_path_factory.mktemp("compiled"))
    assert kept is not None
    facts = {node["name"]: declared(node) for node in marts(content)}
    return Audited(home, (generated.home / "current").resolve(), CompiledModels.read(kept.parent), facts, compiled)


def test_every_fact_row_has_sources(audited: Audited) -> None:
    """Of a fact without rows nothing is shown, so a few facts must not be empty."""
    missing, counted = {}, {}
    with audited.reading() as connection:
        for fact, sources in audited.facts.items():
            row = connection.execute(
                f"select count(*), count(*) filter (id not in ("
                f"  select fact_id from audit.fact_sources where fact_name = '{fact}'"
                f"  and role in ('record', 'measure', 'policy')"
                f")) from (select cast({sources['key']} as varchar) as id from marts.{fact})"
            ).fetchone()
            assert row is not None
            counted[fact], missing[fact] = row
    assert {fact: rows for fact, rows in missing.items() if rows} == {}
    assert len([fact for fact, rows in counted.items() if rows]) > 0.9 * len(counted)


def test_the_row_that_a_fact_was_made_from_is_named(audited: Audited) -> None:
    """The role `record` names the row itself, by file and line, as it lies in the raw zone."""
    with audited.reading() as connection:
        named = connection.execute(
            "select tickets.ticket_id, sources.file, sources.row_from, sources.row_hash, sources.record_id "
            "from marts.fct_ticket as tickets inner join audit.fact_sources as sources "
            "on sources.fact_id = tickets.ticket_key where sources.fact_name = 'fct_ticket' "
            "and sources.role = 'record' and sources.object = 'tickets'"
        ).fetchall()
        stored = connection.execute(
            "select id, _file, _row_number, _row_hash, id from read_parquet("
            f"'{audited.home.path}/raw/zendesk/tickets/**/*.parquet', union_by_name = true) where not _is_withdrawn"
        ).fetchall()
    assert len(named) > 20
    assert len({row[0] for row in named}) == len(named)
    assert set(named) <= set(stored)


def test_used_rows_are_those_behind_facts(audited: Audited) -> None:
    """`used` and `audit.fact_sources` come from one declaration by two ways; rows and ranges of both agree."""
    with audited.reading() as connection:
        connection.execute(
            "create temp table named as select distinct load_id, object, canonical_object, row_from, row_to, row_count "
            "from audit.fact_sources where scope in ('record', 'family') and event_on is null"
        )
        ghosts = connection.execute(
            "select count(*) from named left join (select * from audit.raw_row where disposition = 'used') as used "
            "using (load_id, object, row_from) where used.load_id is null"
        ).fetchone()
        connection.execute(
            "create temp table ranges as select distinct load_id, object, canonical_object, row_from, row_to "
            "from audit.fact_sources where fact_name in "
            "(select unnest(['fct_capacity_day', 'fct_capacity_forecast', 'dim_person', 'dim_segment', 'fct_warning', "
            "'fct_handoff', 'fct_onboarding', 'dim_date', 'dim_csm_operating_period', 'fct_onboarding_month'])) "
            "and scope not in ('record', 'family')"
        )
        behind_nothing = connection.execute(
            "select object, count(*) from audit.raw_row as used where disposition = 'used' and row_count = 1 "
            "and not exists (select 1 from named where named.load_id = used.load_id and named.object = used.object "
            "and named.row_from = used.row_from) "
            "and not exists (select 1 from ranges where ranges.load_id = used.load_id and ranges.object = used.object "
            "and used.row_from between ranges.row_from and ranges.row_to) group by object"
        ).fetchall()
        events = connection.execute(
            "select (select sum(row_count) from audit.raw_row where object = 'track' and disposition = 'used'), "
            "(select sum(row_count) from (select distinct load_id, row_from, row_to, row_count, account_id, event_on "
            "from audit.fact_sources where fact_name = 'dim_account_journey' and event_on is not null))"
        ).fetchone()
    assert ghosts == (0,)
    assert behind_nothing == []
    assert events is not None
    assert events[0] == events[1] > 100


def _kept_rows(connection: duckdb.DuckDBPyConnection, condition: Mapping[str, str], file: Path) -> None:
    """Writes the raw rows named by the facts that ``condition`` picks, ranges taken apart into the rows that belong."""
    picked = " union ".join(
        "select distinct source, object, load_id, row_from, row_to, row_count, canonical_object, account_id, "
        f"person_email, event_on from audit.fact_sources where fact_name = '{fact}' and fact_id in ({ids})"
        for fact, ids in condition.items()
    )
    connection.execute(f"create or replace temp table named as {picked}")
    connection.execute(
        f"""
        copy (
            select object, load_id, row_from as row_number from named where row_count = 1
            union
            select named.object, named.load_id, events.source_row_number
            from named inner join intermediate.int_usage_events_checked as events
                on events.load_id = named.load_id and events.account_id = named.account_id
                and cast(events.occurred_at as date) = named.event_on
                and events.source_row_number between named.row_from and named.row_to
            union
            select named.object, named.load_id, records.row_from
            from named inner join intermediate.int_record_sources as records
                on records.load_id = named.load_id and records.source_object = named.object
                and records.canonical_object = named.canonical_object
                and records.row_from between named.row_from and named.row_to
            where named.event_on is null and named.row_count > 1
                and (named.person_email is null
                    or list_contains(string_split(records.emails, ','), named.person_email))
            union
            select named.object, named.load_id, rules.row_from
            from named inner join intermediate.int_raw_rows as rules
                on rules.load_id = named.load_id and rules.source_object = named.object
                and rules.row_from between named.row_from and named.row_to
            where rules.source_connector = 'policy' and rules.fate = 'kept'
        ) to '{file}' (format parquet)
        """
    )


FAMILIES = (
    "select account_id from intermediate.int_account_hierarchy where revenue_account_id in ("
    "select revenue_account_id from intermediate.int_account_hierarchy group by 1 "
    "order by count(*) > 1 desc, md5(revenue_account_id) limit 4)"
)
PEOPLE = "select email from marts.dim_person order by md5(email) limit 3"


def _of_families(sources: Mapping[str, Any]) -> str | None:
    if "account" in sources:
        return f"{sources['account']} in ({FAMILIES})"
    if "onboarding" in sources:
        onboardings = f"select onboarding_id from intermediate.int_onboardings_unioned where account_id in ({FAMILIES})"
        return f"{sources['onboarding']} in ({onboardings})"
    return None


def _of_people(sources: Mapping[str, Any]) -> str | None:
    return f"{sources['person_column']} in ({PEOPLE})" if "person_column" in sources else None


@pytest.mark.parametrize(("whose", "at_least"), [(_of_families, 35), (_of_people, 3)])
def test_the_rows_named_alone_make_the_same_facts_again(
    audited: Audited, whose: Callable[[Mapping[str, Any]], str | None], at_least: int, tmp_path: Path
) -> None:
    """The models of the build, run over exactly the raw rows behind some facts: nothing else made those facts."""
    conditions = {fact: where for fact, sources in audited.facts.items() if (where := whose(sources))}
    assert len(conditions) >= at_least
    file = tmp_path / "kept.parquet"
    with audited.reading() as connection:
        ids = {
            fact: f"select cast({audited.facts[fact]['key']} as varchar) from marts.{fact} where {where}"
            for fact, where in conditions.items()
        }
        _kept_rows(connection, ids, file)
        kept, stored = connection.execute(
            f"select (select count(*) from '{file}'), (select sum(row_count) from audit.raw_row)"
        ).fetchall()[0]
        assert kept < stored / 2, "a replay of nearly everything would prove nothing"
    only = {
        f"{name}.{table}": f"(_load_id, _row_number) in (select (load_id, row_number) from '{file}' "
        f"where object = '{table}')"
        for name, connector in load_connectors().items()
        for table in connector.objects
    }
    different = {}
    with Replay(audited.models, raw_sources(audited.home.path, audited.build, only), copy_rows=True) as replay:
        replay.make(conditions)
        replay.connection.execute(f"attach '{audited.build / 'warehouse.duckdb'}' as built (read_only)")
        for fact, condition in conditions.items():
            rows = condition.replace("intermediate.", "built.intermediate.").replace("marts.", "built.marts.")
            built, again = (
                f"select * from {database}.marts.{fact} where {rows}" for database in ("built", "warehouse")
            )
            found = replay.connection.execute(
                f"select (select count(*) from ({built} except all {again})), "
                f"(select count(*) from ({again} except all {built}))"
            ).fetchone()
            if found != (0, 0):
                different[fact] = found
    assert different == {}


@pytest.mark.parametrize(
    ("model", "lost"),
    [
        ("models/marts/audit/audit_raw_row.sql", "from judged_rows"),
        ("models/marts/audit/audit_raw_row.sql", "from events"),
        ("models/marts/audit/audit_raw_row.sql", "from rejected"),
        ("models/marts/audit/audit_raw_row.sql", "from repeated"),
    ],
)
def test_a_branch_that_goes_missing_is_noticed(audited: Audited, model: str, lost: str, tmp_path: Path) -> None:
    test = audited.compiled("tests/audit/assert_every_raw_row_is_accounted_for.sql")
    sql = audited.compiled(model)
    before, final = sql.rsplit("final as (", 1)
    assert final.count(lost) == 1
    shutil.copy(audited.build / "warehouse.duckdb", tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        assert connection.execute(test).fetchall() == []
        connection.execute(
            f"create or replace table audit.raw_row as {before}final as ({final.replace(lost, f'{lost} where false')}"
        )
        assert connection.execute(test).fetchall() != []


def test_a_source_that_is_not_accounted_for_is_noticed(audited: Audited, tmp_path: Path) -> None:
    test = audited.compiled("tests/audit/assert_every_raw_row_is_accounted_for.sql")
    shutil.copy(audited.build / "warehouse.duckdb", tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        sql = audited.compiled("models/marts/audit/audit_raw_row.sql")
        rows_of_raw = audited.models.by_name["int_raw_rows"].relation
        assert rows_of_raw in sql
        sql = sql.replace(rows_of_raw, f"(from {rows_of_raw} where source_connector <> 'zendesk')")
        connection.execute(f"create or replace table audit.raw_row as {sql}")
        assert {row[0] for row in connection.execute(test).fetchall()} == {
            row[0]
            for row in connection.execute(
                "select load_id from audit.load where connector = 'zendesk' and rows_loaded > 0"
            ).fetchall()
        }
