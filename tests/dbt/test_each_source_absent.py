"""Every source absent in turn: everything builds, what cannot be known is null and says why, the rest stays.

The company of all vendors is taken as published and built again without one object at a time, by the statements that
dbt compiled for it and with dbt's own tests of what came out otherwise.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.lib.contracts import load_connectors
from orchestration.lib.semantic import LayerPaths, SemanticLayer
from orchestration.lib.semantic.postsale import published_paths
from tests.conftest import Company
from tests.dbt.replay import Replay, Replayed

#: (connector, object) of each canonical object.
FEEDING: dict[str, list[tuple[str, str]]] = {}
for _connector, _declared in load_connectors().items():
    for _object, _contract in _declared.objects.items():
        if _contract.canonical:
            FEEDING.setdefault(_contract.canonical, []).append((_connector, _object))

#: Without these there is nothing to measure, and `postsale run` refuses (`no_accounts`, `no_subscriptions`).
INDISPENSABLE = {"accounts", "subscriptions"}

WARNINGS = {
    *("warnings_opened", "warnings_closed", "open_warnings", "warnings_due_response", "warnings_answered_on_time"),
    *("warning_response_24h_rate", "median_response_hours"),
}
# A missing signal is re-weighted.
HEALTH = {
    *("health_score", "health_score_total", "at_risk_arr", "at_risk_accounts", "watched_accounts", "healthy_accounts"),
    "health_backtest_auc",
}
# What ends an onboarding, and with it how many are open and how they stand.
OPEN_ONBOARDINGS = {
    *("onboarding_exits", "median_days_to_exit", "open_onboardings", "stalled_onboardings", "stall_alert_onboardings"),
    *("stall_rate", "scored_onboardings", "onboarding_health_total", "onboarding_health_score", "breadth_onboardings"),
    *("onboarding_breadth_total", "onboarding_adoption_breadth", "off_pace_onboardings", "live_no_value_onboardings"),
    *("on_hold_onboardings", "owned_open_onboardings", "onboarding_owners", "onboarding_full_loads"),
    *("onboarding_capacity_utilization", "peak_open_onboardings", "needed_specialists"),
}

#: What depends on when an onboarding ended: the handoff to steady state falls due then.
STEADY_STATE = {
    *("handoffs_due", "handoff_on_time_rate", "on_time_handoffs", "missing_handoffs", "median_handoff_days_from_due"),
}
#: What depends on when milestones and first value were reached.
MILESTONES = {
    *("first_value_arrivals", "first_value_on_target_onboardings", "first_value_on_target_rate"),
    *("median_days_to_first_value", "median_days_to_first_value_net_of_hold", "p90_days_to_first_value"),
    *("km_median_days_to_first_value", "median_days_live_to_first_value"),
    *("milestones_on_time", "milestones_on_time_day14", "milestone_on_time_rate", "milestone_on_time_rate_day14"),
    *("milestone_steps", "milestone_step_days", "milestone_velocity_days"),
}

#: What may read otherwise without an object that it can do without, by the rule that says so.
DEGRADES: dict[str, set[str]] = {
    # Nobody is known to be silent or gone; of a meeting's sponsor only what the meeting itself says.
    "contacts": WARNINGS | HEALTH | {"accounts_with_sponsor_engaged", "executive_engagement_rate"},
    # A handoff that nobody records is not incomplete.
    "handoffs": WARNINGS,
    # Days on hold count as days without movement.
    "holds": WARNINGS | OPEN_ONBOARDINGS,
    "meetings": WARNINGS | HEALTH,
    # Set up when live; ended when the CRM says so, and the last handoff is due then.
    "milestones": WARNINGS | HEALTH | OPEN_ONBOARDINGS | STEADY_STATE | {"activated_onboardings", "activation_rate"},
    # A cadence that starts at go-live starts nowhere.
    "onboardings": WARNINGS | HEALTH | {"cadence_touches_due", "cadence_touches_kept", "cadence_kept_rate"},
    # An owner of whom nothing is known is no CSM and carries no onboarding.
    "people": {
        *("customers_with_csm", "csms_with_customers", "accounts_per_csm", "owned_open_onboardings"),
        *("onboarding_owners", "onboarding_full_loads", "onboarding_capacity_utilization"),
    },
    # The answer in the onboarding's own record stands in.
    "surveys": WARNINGS | HEALTH | {"onboarding_nps_answers", "onboarding_nps_total", "onboarding_nps"},
    "tickets": WARNINGS | HEALTH,
    # Sustained use cannot be seen: an onboarding ends when the CRM says so. Milestones that policy observes are not.
    "usage_events": WARNINGS | HEALTH | OPEN_ONBOARDINGS | STEADY_STATE | MILESTONES,
}

Totals = dict[str, dict[date, Any]]


@dataclass(frozen=True)
class Full:
    """The company with everything connected, and every metric in total by month."""

    replay: Replay
    compiled: Path
    totals: Totals
    relations: dict[str, set[str]]

    def layer(self, folder: Path) -> SemanticLayer:
        """The semantic layer over a build in ``folder``; it keeps what it compiles for those after it."""
        published = published_paths(self.replay.home)
        return SemanticLayer.open(
            LayerPaths(
                warehouse=folder / "warehouse.duckdb",
                semantic_manifest=published.semantic_manifest,
                manifest=published.manifest,
                build_dir=folder,
                exports=folder / "exports",
                compiled=self.compiled,
            ),
            read_only=False,
        )


@dataclass(frozen=True)
class Without:
    """The company built without one object."""

    name: str
    replayed: Replayed
    full: Full


@pytest.fixture(scope="module")
def full(generated: Company, compiled: Path, tmp_path_factory: pytest.TempPathFactory) -> Full:
    folder = tmp_path_factory.mktemp("full")
    replay = Replay(generated.home.resolve(), compiled)
    made = Full(replay, folder / "compiled.json", {}, {})
    for name in ("parameters.parquet", "sources.parquet", "warehouse.duckdb"):
        shutil.copy(replay.home / "current" / name, folder / name)
    with made.layer(folder) as layer:
        made.totals.update(_totals(layer, list(layer.metrics)))
        made.relations.update({name: set(layer.compiler.relations(name)) for name in layer.metrics})
    return made


def _totals(layer: SemanticLayer, metrics: list[str]) -> Totals:
    """Metrics in total by month, without their nulls."""
    layer.connection.execute("set threads = 1")
    result = layer.query(metrics) if metrics else None
    return {
        name: {row[0]: row[place] for row in result.rows if row[place] is not None}
        for place, name in enumerate(result.metrics if result else (), start=1)
        if result
    }


@pytest.fixture(scope="module", params=sorted(FEEDING))
def without(request: pytest.FixtureRequest, full: Full, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Without]:
    name = request.param
    folder = tmp_path_factory.mktemp(name)
    gone = FEEDING[name]

    def fill(home: Path) -> None:
        for connector, object_name in gone:
            shutil.rmtree(home / "raw" / "_quarantine" / connector / object_name, ignore_errors=True)
            for delivered in (home / "raw" / connector / object_name).glob("load_date=*"):
                shutil.rmtree(delivered)
        loads = str(home / "raw" / "_loads" / "*.parquet")
        with duckdb.connect() as connection:
            for (file,) in connection.execute(
                "select distinct filename from read_parquet(?, union_by_name = true, filename = true)"
                " where list_contains(?, concat(connector, '.', object))",
                [loads, [".".join(one) for one in gone]],
            ).fetchall():
                Path(file).unlink()
            connection.execute(
                f"""
                create table sources as from read_parquet('{home}/next/sources.parquet');
                update sources set
                    is_connected = false, rows = 0, latest_event_on = null, last_loaded_at = null,
                    quarantined_rows = 0, is_stale = false
                where canonical_object = '{name}';
                copy sources to '{home}/next/sources.parquet' (format parquet);
                """
            )

    changed = [
        *(full.replay.source(*one) for one in gone),
        full.replay.source("build", "sources"),
        full.replay.source("raw_zone", "loads"),
        full.replay.source("raw_zone", "quarantine"),
    ]
    yield Without(name, full.replay.make(folder / "home", changed, fill), full)
    shutil.rmtree(folder)


def test_everything_builds_and_dbts_tests_hold(without: Without) -> None:
    assert without.replayed.failures == {}
    assert without.replayed.tests > 5
    status = f"""
        select count(*) from audit.source_status
        where canonical_object = '{without.name}' and (is_connected or row_count > 0)
    """
    with duckdb.connect(str(without.replayed.warehouse), read_only=True) as warehouse:
        assert warehouse.execute(status).fetchall() == [(0,)]


def test_what_cannot_be_known_is_null_and_names_what_is_missing(without: Without) -> None:
    name, full = without.name, without.full
    with full.layer(without.replayed.folder) as layer:
        required = {
            metric.name
            for metric in layer.metrics.values()
            if name in metric.requires or metric.requires_any == (name,)
        }
        catalogue = {row["metric"]: row for row in layer.catalogue()}
        changed = {full.replay.relation(model) for model in without.replayed.changed}
        asked = sorted(required | {metric for metric, read in full.relations.items() if read & changed})
        totals = _totals(layer, asked)
    read = full.replay.downstream(full.replay.source(*one) for one in FEEDING[name])
    reading = {full.replay.relation(model) for model in read}
    assert {metric for metric, row in catalogue.items() if not row["is_available"]} == required
    assert {catalogue[metric]["unavailable_because"] for metric in required} <= {f"not connected: {name}"}
    assert {metric for metric in required if totals[metric]} == set()
    if name in INDISPENSABLE:
        return
    differing = {metric for metric in asked if metric not in required and totals[metric] != full.totals[metric]}
    assert {metric for metric in differing if not full.relations[metric] & reading} == set()
    assert sorted(differing - DEGRADES.get(name, set())) == []


def test_each_object_is_required_by_a_metric_or_made_up_for(full: Full) -> None:
    """Else the test above could not fail for it."""
    with full.layer(full.compiled.parent) as layer:
        required = {name for metric in layer.metrics.values() for name in (*metric.requires, *metric.requires_any)}
    # Owners come with the CRM's accounts here; their file has a test of its own in `test_canonical_layer.py`.
    assert set(FEEDING) - required == {"accounts", "account_owners"}
