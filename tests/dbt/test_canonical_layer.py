"""Vendor exports and canonical files, through the loader and staging, as the canonical objects that marts read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.config import load_config
from orchestration.lib.contracts import load_connectors
from orchestration.lib.loader import load_policy, load_source, prepare_raw_zone
from orchestration.lib.parameters import resolve
from tests.dbt.project import ROOT, rows, run_dbt

SPRING, SUMMER = "delivered=2024-04-01", "delivered=2024-07-01"

FOLDER = ROOT / "tests" / "fixtures" / "vendor_company"


@dataclass(frozen=True)
class Loaded:
    """A home into which the files of ``FOLDER`` are loaded."""

    home: Path

    def build(self, known_at: datetime, *selection: str) -> Path:
        """Builds what was known at the moment; returns the warehouse."""
        resolve(load_config(FOLDER / "postsale.toml"), self.home, known_at=known_at).write(self.home)
        run_dbt(self.home, "run", "--select", *selection, lean=True)
        return self.home / "next" / "warehouse.duckdb"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    home = tmp_path_factory.mktemp("home")
    config = load_config(FOLDER / "postsale.toml")
    prepare_raw_zone(home)
    load_policy(config, home)
    for source in config.sources:
        load_source(config, home, source)
    return Loaded(home)


@pytest.fixture(scope="module")
def warehouse(loaded: Loaded) -> Path:
    return loaded.build(datetime(2024, 8, 1), "staging", "intermediate.canonical", "audit_load", "audit_quarantine")


def test_everything_arrived(warehouse: Path) -> None:
    """Else the other tests would be about a loader that rejected the rows."""
    assert rows(warehouse, "select file, reason, detail from audit.quarantine where stage = 'load'") == []
    delivered = [path for path in FOLDER.rglob("*") if path.is_file() and path.name != "postsale.toml"]
    assert rows(warehouse, "select count(*) from audit.load where connector <> 'policy'") == [(len(delivered),)]


def test_accounts_of_two_systems_are_one(warehouse: Path) -> None:
    found = rows(
        warehouse,
        "select account_id, account_name, industry, region, segment, created_on, csm_email "
        "from intermediate.int_accounts_unioned order by account_id",
    )
    assert [row[:5] for row in found] == [
        ("a1", "Acme Holding", "Retail", "EMEA", None),
        ("a2", "Bolt", "Software", "AMER", "hybrid"),
        ("a4", "Dune", None, None, None),
    ]
    # two in the morning in London is the evening before in New York
    assert [str(row[5]) for row in found] == ["2024-01-09", "2024-01-10", "None"]
    assert [row[6] for row in found] == ["ann@vendor.test", "ann@vendor.test", None]


def test_people_of_two_systems_are_one(warehouse: Path) -> None:
    assert rows(
        warehouse,
        "select email, full_name, function, team, manager_email, weekly_capacity_hours, loaded_hourly_cost "
        "from intermediate.int_people_unioned order by email",
    ) == [
        ("ann@vendor.test", "Ann Lee", "success", "Pod A", "sally@vendor.test", Decimal("35"), Decimal("55.5")),
        ("sally@vendor.test", "Sally Sell", "sales", "Sales", None, None, None),
        ("tim@vendor.test", "Tim Time", None, None, None, Decimal("20"), None),
    ]


def test_ownership_is_read_from_versions_and_from_files(warehouse: Path) -> None:
    assert rows(
        warehouse,
        "select account_id, email, role, cast(from_on as varchar), to_on "
        "from intermediate.int_account_owners_unioned order by account_id",
    ) == [
        ("a1", "ann@vendor.test", "csm", "2024-02-01", None),
        ("a2", "ann@vendor.test", "csm", "2024-01-10", None),
        ("a4", "tim@vendor.test", "csm", "2024-03-01", None),
    ]


def test_lines_keep_their_currency_and_state_their_year(warehouse: Path) -> None:
    assert rows(
        warehouse,
        "select subscription_id, account_id, arr, currency, source_object "
        "from intermediate.int_subscriptions_unioned order by subscription_id",
    ) == [
        ("f1", "a4", Decimal("2000.04"), "USD", "subscriptions"),
        ("s1", "a1", Decimal("1440.10"), "EUR", "SBQQ__Subscription__c"),
    ]


def test_hours_add_up_to_the_source(warehouse: Path) -> None:
    assert rows(
        warehouse,
        "select time_entry_id, person_email, account_id, account_reference, hours "
        "from intermediate.int_time_entries_unioned order by time_entry_id",
    ) == [
        ("1", "ann@vendor.test", "a1", "ACME", Decimal("1.25")),
        ("2", "tim@vendor.test", None, "Nobody Ltd", Decimal("0.1")),
        ("3", "tim@vendor.test", None, "Vendor (internal)", Decimal("2")),
        ("4", "user-9", "a1", "Acme", Decimal("0.25")),
        ("t1", "tim@vendor.test", "a4", "a4", Decimal("3.5")),
        ("t2", "tim@vendor.test", None, "zz", Decimal("0.7")),
    ]


def test_events_answers_and_tickets_find_their_account(warehouse: Path) -> None:
    query = """
        select event_id, account_id, cast(occurred_at as varchar) from intermediate.int_usage_events_unioned
        union all select ticket_id, account_id, cast(solved_at as varchar) from intermediate.int_tickets_unioned
        union all select response_id, account_id, kind from intermediate.int_surveys_unioned
        order by 1
    """
    assert rows(warehouse, query) == [
        ("1", "a2", "2024-02-03 10:00:00"),
        ("e1", "a1", "2024-02-10 07:00:00"),
        ("r1", "a1", "onboarding_nps"),
    ]


def test_rows_that_point_nowhere_are_listed_with_file_and_row(warehouse: Path) -> None:
    lines = f"{SPRING}/SBQQ__Subscription__c.csv"
    assert rows(
        warehouse,
        "select source, object, file, row_number, reason, column_name, record_id "
        "from audit.quarantine where stage = 'build' order by source, object, row_number",
    ) == [
        ("crm", "Milestone__c", f"{SPRING}/Milestone__c.csv", 3, "unknown_onboarding", "onboarding_id", "m2"),
        ("crm", "Onboarding__c", f"{SPRING}/Onboarding__c.csv", 3, "unknown_account", "account_id", "o2"),
        ("crm", "SBQQ__Subscription__c", lines, 3, "unknown_account", "account_id", "s2"),
        ("crm", "SBQQ__Subscription__c", lines, 4, "unknown_account", "account_id", "s3"),
        ("files", "time_entries", f"{SPRING}/time_entries.csv", 3, "unknown_account", "account_id", "t2"),
        ("help_desk", "tickets", f"{SPRING}/tickets.jsonl", 2, "unknown_account", "account_id", "2"),
        ("product", "track", f"{SPRING}/track.jsonl", 2, "unknown_account", "account_id", "e2"),
        ("time", "time_entries", f"{SPRING}/time_entries.jsonl", 2, "unknown_account", "account_id", "2"),
        ("time", "time_entries", f"{SPRING}/time_entries.jsonl", 4, "unknown_person", "person_email", "4"),
    ]


def test_every_row_names_raw_rows_that_exist(loaded: Loaded, warehouse: Path) -> None:
    """Of every canonical object: each hash is that of a raw row, and the first one is of the row's own object."""
    raw = f"read_parquet('{loaded.home}/raw/*/*/**/*.parquet', union_by_name = true, hive_partitioning = false)"
    seen = 0
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for name in load_connectors()["canonical"].objects:
            strangers = connection.execute(
                f"""
                with named as (
                    select source_name, source_object, position, hash
                    from (
                        select source_name, source_object, unnest(string_split(source_row_hashes, ',')) as hash,
                            generate_subscripts(string_split(source_row_hashes, ','), 1) as position
                        from intermediate.int_{name}_unioned
                    )
                ),
                stored as (select _source, _object, _row_hash from {raw})
                select named.* from named
                where not exists (
                    select 1 from stored
                    where stored._row_hash = named.hash
                        and (named.position > 1 or (_source = source_name and _object = source_object))
                )
                """
            ).fetchall()
            assert strangers == [], name
            seen += connection.execute(f"select count(*) from intermediate.int_{name}_unioned").fetchall()[0][0]
    assert seen == 22


def test_columns_are_the_documented_ones(loaded: Loaded, warehouse: Path) -> None:
    manifest = json.loads((loaded.home / "dbt" / "target" / "manifest.json").read_text())
    found: dict[tuple[str, str], list[str]] = {}
    catalog = "select table_schema, table_name, column_name from information_schema.columns order by ordinal_position"
    for schema, table, column in rows(warehouse, catalog):
        found.setdefault((schema, table), []).append(column)
    documented = {
        (node["schema"], node["alias"]): node["columns"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
    }
    differences = {name: sorted(set(columns) ^ set(documented[name])) for name, columns in found.items()}
    assert {name: difference for name, difference in differences.items() if difference} == {}


def test_the_past_is_read_as_it_was_known(loaded: Loaded, warehouse: Path) -> None:
    """At the end of May the summer's delivery had not arrived: neither the new name nor the larger line."""
    versions_of_a1 = "select count(*) from intermediate.int_account_versions_unioned where account_id = 'a1'"
    assert rows(warehouse, versions_of_a1) == [(3,)]
    earlier = loaded.build(
        datetime(2024, 5, 31), "+int_account_versions_unioned", "+int_subscriptions_unioned", "+audit_load"
    )
    name_of_a1 = "select account_name from intermediate.int_accounts_unioned where account_id = 'a1'"
    assert rows(earlier, name_of_a1) == [("Acme",)]
    arr_of_s1 = "select arr from intermediate.int_subscriptions_unioned where subscription_id = 's1'"
    assert rows(earlier, arr_of_s1) == [(Decimal("1200"),)]
    assert rows(earlier, versions_of_a1) == [(2,)]
    assert rows(earlier, f"select count(*) from audit.load where file like '{SUMMER}/%'") == [(0,)]
