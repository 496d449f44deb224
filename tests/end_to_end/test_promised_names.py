"""The names that others rely on: changing one breaks their work, so each change of this list is a line in CHANGELOG.md.

Held against what a published build, the command and a written sample really have, never against a second list.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator

import click
import duckdb
import pytest

from orchestration.cli.main import cli
from orchestration.lib.contracts import load_connectors
from orchestration.lib.semantic import SemanticLayer
from tests.conftest import Company

METRICS = """
    arr line_arr new_arr expansion_arr contraction_arr churned_arr reactivation_arr transferred_arr nrr grr nrr_3m
    nrr_1m nrr_excluding_reactivated grr_strict nrr_flow nrr_monthly_compounded logo_churn_rate revenue_churn_rate
    logo_retention_rate expansion_rate proactive_expansion_share renewal_rate renewal_amount_rate
    on_time_renewal_rate median_days_to_first_value p90_days_to_first_value km_median_days_to_first_value
    first_value_on_target_rate churned_before_value_rate median_days_to_live median_days_live_to_first_value
    on_plan_go_live_rate implementation_quality post_live_stability csat_at_go_live hours_overrun_rate
    implementation_margin onboarding_completion_rate activation_rate day7_engagement_rate engagement_30d_rate
    retention_90d_rate milestone_velocity_days milestone_on_time_rate stall_rate onboarding_health_score
    handoff_completeness handoff_on_time_rate hours implementation_hours success_hours implementation_share
    csm_implementation_share post_live_implementation_hours utilization onboarding_capacity_utilization
    accounts_per_csm needed_specialists health_score at_risk_arr adoption_rate stakeholder_engagement_rate
    executive_engagement_rate cadence_kept_rate nps onboarding_nps csat open_tickets median_resolution_hours
    warning_response_24h_rate active_references feedback_arr success_plan_coverage outcome_attainment_rate
"""

DIMENSIONS = """
    segment csm team function industry region product line_product configuration signed_quarter ttfv_band
    operating_model lifecycle_stage
"""

ACCOUNT_SLICES = "segment csm team industry region product signed_quarter"
#: What people do for no account, and a forecast of deals that are no accounts yet.
NOT_OF_ACCOUNTS = "utilization needed_specialists"

TABLES = {
    "marts": """
    dim_account dim_account_month dim_person dim_segment dim_date fct_handoff fct_milestone fct_onboarding
    fct_onboarding_month fct_first_value fct_arr_movement fct_arr_snapshot fct_arr_window fct_renewal fct_expansion
    fct_time_entry fct_account_month fct_health_score fct_warning fct_capacity_day fct_feedback fct_reference
    fct_success_plan
    """,
    "audit": "load quarantine fact_sources ledger",
    "metrics": "catalogue board_monthly",
}

#: Grain of the tables whose grain is part of the promise.
KEYS = {
    "fct_arr_movement": ("account_id", "month_end"),
    "fct_arr_snapshot": ("account_id", "month_end"),
    "fct_arr_window": ("account_id", "month_end", "window_months"),
}

COMMANDS = {
    "init": "",
    "check": "--config --format",
    "run": "--config --as-of --known-at --full-refresh --no-site",
    "serve": "--port",
    "query": "--by --grain --since --until --where --config --format",
    "trace": "--at --grain --where --format",
    "history": "--at --verify --format",
    "quarantine": "",
    "forget": "",
    "sample": "--accounts --months --seed",
}

#: A column with * is required; of `arr` and `mrr` a file needs one.
OBJECTS = {
    "accounts": "account_id* account_name* parent_account_id acv industry region created_on csm_email segment",
    "people": """
    email* full_name function team manager_email weekly_capacity_hours loaded_hourly_cost started_on ended_on
    """,
    "account_owners": "account_id* email* role* from_on* to_on",
    "contacts": "contact_id* account_id* role email from_on left_on",
    "opportunities": """
    opportunity_id* account_id* type* stage amount currency created_on expected_close_on probability closed_on is_won
    motion owner_email loss_reason
    """,
    "subscriptions": """
    subscription_id* account_id* product* start_date* end_date arr mrr currency quantity opportunity_id terminated_on
    """,
    "handoffs": """
    handoff_id* account_id* kind* handed_off_at from_email to_email goals success_criteria stakeholder_sponsor
    stakeholder_champion stakeholder_technical stakeholder_detractors technical_requirements timeline_expectations
    promises_and_commitments competitive_context configuration_choices stakeholders_and_priorities risks
    expansion_opportunities value_milestones_reached value_milestones_open engagement_levels outstanding_issues
    playbook_deviations
    """,
    "onboardings": """
    onboarding_id* account_id* contract_signed_on* kickoff_on go_live_on planned_go_live_on exited_on owner_email status
    configuration planned_hours services_fee csat_at_go_live nps_at_completion
    """,
    "holds": "onboarding_id* from_on* to_on party reason",
    "milestones": "milestone_id* onboarding_id* name* kind* due_on achieved_on is_first_value",
    "usage_events": "event_id* account_id* user_id event_name* occurred_at* feature",
    "time_entries": "time_entry_id* person_email* account_id spent_on* hours* activity* billable",
    "meetings": "meeting_id* account_id* held_at* kind* contact_id contact_role attended person_email",
    "tickets": "ticket_id* account_id* opened_at* solved_at priority status",
    "surveys": "response_id* account_id* kind* score* responded_at*",
    "feedback": "feedback_id* account_id* received_on* product_area* sentiment status summary",
    "references": "reference_id* account_id* stage* kind since_on* ended_on",
    "success_plans": """
    success_plan_id* account_id* horizon* outcome* owner_email customer_owner_contact_id agreed_on* due_on attained_on
    """,
}

LINEAGE = "_source _object _file _row_number _record_id _page _load_id _loaded_at _row_hash"
FACT_SOURCES = "fact_name fact_id source object record_id file row_from row_to row_hash load_id"
TRUTH = {
    "metrics.csv": "metric metric_time dimension dimension_value value",
    "faults.csv": "object fault rows",
}


@pytest.fixture(scope="module")
def warehouse(generated: Company) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(generated.warehouse.resolve()), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def layer(generated: Company) -> Iterator[SemanticLayer]:
    with SemanticLayer.open(generated.home) as opened:
        yield opened


def test_metrics(layer: SemanticLayer, warehouse: duckdb.DuckDBPyConnection) -> None:
    in_catalogue = {name for (name,) in warehouse.execute("select metric from metrics.catalogue").fetchall()}
    assert set(METRICS.split()) - set(layer.metrics) == set()
    assert set(METRICS.split()) - in_catalogue == set()


def test_short_names_of_dimensions_are_answered(layer: SemanticLayer) -> None:
    """Each by a metric that is promised too, with a value of its own."""
    for dimension in DIMENSIONS.split():
        metric = next((name for name in METRICS.split() if dimension in layer.dimensions(name)), None)
        assert metric is not None, dimension
        found = layer.query([metric], [dimension], "year")
        assert found.columns[:3] == ("metric_time", dimension, metric)
        assert any(row[1] for row in found.rows), dimension


def test_every_slice_of_accounts_is_offered_wherever_a_number_belongs_to_one(layer: SemanticLayer) -> None:
    slices = set(ACCOUNT_SLICES.split())
    without = {name for name in METRICS.split() if not slices <= set(layer.dimensions(name))}
    assert without == set(NOT_OF_ACCOUNTS.split())


def test_tables_and_their_grain(warehouse: duckdb.DuckDBPyConnection) -> None:
    found: dict[str, set[str]] = {schema: set() for schema in TABLES}
    for schema, table in warehouse.execute("select table_schema, table_name from information_schema.tables").fetchall():
        found.setdefault(schema, set()).add(table)
    assert {schema for schema, tables in TABLES.items() if set(tables.split()) - found[schema]} == set()
    for table, key in KEYS.items():
        columns = ", ".join(key)
        rows = f"select count(*), count(distinct ({columns})) from marts.{table}"
        assert len(set(warehouse.execute(rows).fetchall()[0])) == 1, table
    windows = "select distinct window_months from marts.fct_arr_window order by 1"
    assert warehouse.execute(windows).fetchall() == [(1,), (3,), (12,)]


def test_a_fact_row_names_the_raw_rows_behind_it(warehouse: duckdb.DuckDBPyConnection) -> None:
    columns = [name for name, *_ in warehouse.execute("describe audit.fact_sources").fetchall()]
    assert set(FACT_SOURCES.split()) - set(columns) == set()


def test_commands_and_their_options() -> None:
    assert set(COMMANDS) <= set(cli.commands)
    missing = {}
    for name, options in COMMANDS.items():
        command = cli.commands[name]
        has = {option for one in command.params if isinstance(one, click.Option) for option in one.opts}
        if lacking := set(options.split()) - has:
            missing[name] = lacking
    assert missing == {}


def test_objects_and_columns_of_the_canonical_connector() -> None:
    declared = load_connectors()["canonical"].objects
    assert {
        name: " ".join(f"{column}*" if column in contract.required else column for column in contract.columns)
        for name, contract in declared.items()
    } == {name: " ".join(columns.split()) for name, columns in OBJECTS.items()}
    assert declared["subscriptions"].one_of == (("arr", "mrr"),)


def test_lineage_of_every_raw_row(generated: Company) -> None:
    with duckdb.connect() as connection:
        for folder in sorted((generated.home / "raw").glob("[a-z]*/*")):
            raw = f"read_parquet('{folder}/**/*.parquet', union_by_name = true, hive_partitioning = false)"
            columns = [name for name, *_ in connection.execute(f"describe select * from {raw}").fetchall()]
            assert set(LINEAGE.split()) - set(columns) == set(), folder
            # A row says where it was, be it in a file or in an API's answer; a withdrawal has no place of its own.
            nowhere = f"""
                select count(*) from {raw}
                where not _is_withdrawn and coalesce(cast(_row_number as varchar), _record_id) is null
                    or _source is null or _object is null or _load_id is null or _loaded_at is null or _row_hash is null
            """
            assert connection.execute(nowhere).fetchall() == [(0,)], folder


def test_columns_of_the_truth(generated: Company) -> None:
    for name, columns in TRUTH.items():
        with (generated.config.parent / "truth" / name).open() as stream:
            assert next(csv.reader(stream)) == columns.split()


def test_the_shape_of_an_answer(generated: Company) -> None:
    outcome = generated.postsale("query", "nrr", "--by", "segment", "--grain", "quarter", "--format", "json")
    assert outcome.returncode == 0, outcome.stderr
    rows = json.loads(outcome.stdout)
    assert rows
    assert all(list(row)[:3] == ["metric_time", "segment", "nrr"] for row in rows)
    assert [(row["metric_time"], row["segment"]) for row in rows] == sorted(
        (row["metric_time"], row["segment"]) for row in rows
    )
    assert all(row["nrr"] is None or 0 <= row["nrr"] < 10 for row in rows)
