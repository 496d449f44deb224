"""What is wrong with a policy table, by file and row, with a mend; and that the defaults are sound."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from orchestration.lib.checks import Problem, check_inputs
from orchestration.lib.contracts import load_connectors
from tests.orchestration.lib.landing_company import SUBSCRIPTIONS, LandingCompany

AS_OF = date(2024, 6, 30)
PEOPLE = "email,full_name\nann@x.io,Ann\n"


@pytest.fixture
def company(tmp_path: Path) -> LandingCompany:
    company = LandingCompany(tmp_path)
    company.put("accounts.csv", "account_id,account_name\nA1,Acme\n")
    company.put("subscriptions.csv", SUBSCRIPTIONS + "S1,A1,Core,2024-01-01,2024-12-31,10,USD\n")
    company.put("people.csv", PEOPLE)
    return company


def _check(company: LandingCompany, as_of: date = AS_OF) -> list[Problem]:
    company.load_all()
    return check_inputs(company.config, company.home, as_of, datetime.now(UTC))


def test_the_default_tables_are_sound(company: LandingCompany) -> None:
    assert {problem.reason for problem in _check(company)} == {"default_segments"}


@dataclass(frozen=True)
class Fault:
    """A policy table and the problem that its content is."""

    table: str
    content: str
    severity: str
    reason: str
    row: int | None


FAULTS = [
    Fault(*case)
    for case in (
        ("churn_reasons", "loss_reason,churn_reason\nbudget,money\n", "error", "not_allowed", 2),
        (
            "churn_reasons",
            "loss_reason,churn_reason\nNo Budget,price\nno-budget,other\n",
            "error",
            "contradicting_row",
            3,
        ),
        ("churn_reasons", "loss_reason,churn_reason\nbudget,price\nBudget ,price\n", "notice", "repeated_row", 3),
        (
            "operating_models",
            "csm_email,operating_model,from_on\nann@x.io,conflated,2024-01-01\nbob@x.io,separated,2024-01-01\n",
            "warning",
            "unknown_csm",
            3,
        ),
        (
            "operating_models",
            "csm_email,operating_model,from_on\nann@x.io,conflated,2024-01-01\nANN@x.io,separated,2024-01-01\n",
            "error",
            "contradicting_row",
            3,
        ),
        (
            "operating_models",
            "csm_email,operating_model,from_on\nann@x.io,conflated,2024-03-01\nann@x.io,conflated,2024-01-01\n",
            "notice",
            "model_unchanged",
            2,
        ),
        (
            "cadence",
            "segment,touch,meeting_kind,every_days,by_day\nhuge,sync,Sync,14,\n",
            "error",
            "unknown_segment",
            2,
        ),
        (
            "cadence",
            "segment,touch,meeting_kind,every_days,by_day\nhybrid,sync,Sync,14,\nhybrid,sync,sync,30,\n",
            "error",
            "contradicting_row",
            3,
        ),
        (
            "cadence",
            "segment,touch,meeting_kind,every_days,by_day\nhybrid,sync,Weekly,14,\nhybrid,sync,Monthly,30,\n",
            "error",
            "touch_of_two_rhythms",
            3,
        ),
        (
            "cadence",
            "segment,touch,meeting_kind,every_days,by_day\nhybrid,sync,Weekly,,\n",
            "error",
            "missing_value",
            2,
        ),
        (
            "health_signals",
            "signal,label,weight,input,zero_at,full_at\na,A,-1,usage_trend,0,1\n",
            "error",
            "not_allowed",
            2,
        ),
        (
            "health_signals",
            "signal,label,weight,input,zero_at,full_at\na,A,1,usage_trend,0,1\nb,B,1,usage_trend,0,2\n",
            "error",
            "input_read_twice",
            3,
        ),
        (
            "health_signals",
            "signal,label,weight,input,zero_at,full_at\na,A,1,usage_trend,0,1\n",
            "notice",
            "number_of_signals",
            None,
        ),
        (
            "onboarding_health_signals",
            "signal,label,weight,input,zero_at,full_at\n",
            "error",
            "no_health_signals",
            None,
        ),
        ("holidays", "holiday_on,name\n2024-02-30,Leap\n", "error", "bad_type", 2),
        ("holidays", "holiday_on,name\n2022-12-25,Christmas\n2023-01-01,New Year\n", "notice", "holidays_end", 3),
        (
            "warning_rules",
            "kind,label,severity,threshold,window_days,response_hours,is_active\nstall,Stall,low,,,24,true\n",
            "error",
            "rule_without_threshold",
            2,
        ),
        (
            "warning_rules",
            "kind,label,severity,threshold,window_days,response_hours,is_active\nusage_decline,Less,low,0.3,,24,true\n",
            "error",
            "rule_out_of_bounds",
            2,
        ),
        (
            "warning_rules",
            "kind,label,severity,threshold,window_days,response_hours,is_active\nsponsor_silent,Silent,low,,,24,true\n",
            "error",
            "rule_without_window",
            2,
        ),
        (
            "handoff_fields",
            "kind,field,is_required,minimum_length\nsales_to_onboarding,favourite_colour,true,5\n",
            "error",
            "not_allowed",
            2,
        ),
        (
            "handoff_fields",
            "kind,field,is_required,minimum_length\nsales_to_onboarding,goals,true,5\n",
            "warning",
            "no_required_field",
            None,
        ),
        ("handoff_bands", "band,completeness_from\nhigh,0.8\nlow,0.1\n", "error", "band_gap", 3),
        ("handoff_bands", "band,completeness_from\nlow,0\nhigh,0.5\nhigher,0.5\n", "error", "band_order", 4),
        (
            "adoption_stages",
            "stage,active_weeks,adoption_rate_from\nactivation,0,0\nhabit,4,0.5\nexpansion,4,0.4\n",
            "error",
            "stage_order",
            4,
        ),
        (
            "adoption_stages",
            "stage,active_weeks,adoption_rate_from\nactivation,0,0\nhabit,4,0\n",
            "error",
            "missing_stage",
            None,
        ),
        (
            "benchmarks",
            "metric,segment,value,upper_value,source,kind\nnrr,,1.3,1.2,us,target\n",
            "error",
            "benchmark_order",
            2,
        ),
        (
            "benchmarks",
            "metric,segment,value,upper_value,source,kind\nnrr,huge,1.3,,us,target\n",
            "error",
            "unknown_segment",
            2,
        ),
        ("fx_rates", "currency,fiscal_year,rate\nusd,2024,1.1\n", "error", "rate_of_reporting_currency", 2),
        (
            "value_milestones",
            "segment,milestone_name,is_first_value,event_name,threshold,within_days\nhybrid,a,true,,3,\n",
            "error",
            "rule_without_event",
            2,
        ),
        (
            "value_milestones",
            "segment,milestone_name,is_first_value,event_name,threshold,within_days\nhybrid,a,true,Run,0,\n",
            "error",
            "rule_out_of_bounds",
            2,
        ),
        (
            "meaningful_events",
            "kind,event_name,feature,is_core\nsign_in,Login,,\nmeaningful,login,,\n",
            "error",
            "event_of_two_kinds",
            3,
        ),
        (
            "segments",
            "segment,acv_from,acv_below,target_days,good_days\nall,0,,30,40\n",
            "error",
            "good_after_target",
            2,
        ),
        (
            "segments",
            "segment,acv_from,acv_below,target_days,load_min,load_max\nall,0,,30,9,8\n",
            "error",
            "load_order",
            2,
        ),
    )
]


def _rounds() -> list[list[Fault]]:
    """Faults that can stand side by side: one per table, so that few companies are loaded for all of them."""
    rounds: list[list[Fault]] = []
    seen: Counter[str] = Counter()
    for fault in FAULTS:
        place = seen[fault.table]
        rounds += [[]] if place == len(rounds) else []
        rounds[place].append(fault)
        seen[fault.table] += 1
    return rounds


@pytest.mark.parametrize("faults", _rounds())
def test_a_fault_of_a_policy_table_names_its_row(company: LandingCompany, faults: list[Fault]) -> None:
    for fault in faults:
        company.put_policy(f"{fault.table}.csv", fault.content)
    problems = _check(company)
    for fault in faults:
        found = [one for one in problems if (one.object, one.reason) == (fault.table, fault.reason)]
        place = [(one.severity, one.file, one.row) for one in found]
        assert place[:1] == [(fault.severity, f"policy/{fault.table}.csv", fault.row)], fault
        assert all(one.detail and one.mend for one in found)


def test_every_policy_table_has_a_fault_that_is_tested() -> None:
    """A table added to the contract wants a rule, or a fault of its own in `test_checks.py`."""
    elsewhere = {"activities", "health_bands", "lifecycle_stages", "product_features"}
    assert {fault.table for fault in FAULTS} | elsewhere == set(load_connectors()["policy"].objects)


def test_a_product_that_is_sold_without_features_names_its_line(company: LandingCompany) -> None:
    company.put(
        "more/subscriptions.csv", SUBSCRIPTIONS + "S2,A1,core ,2024-01-01,,5,USD\nS3,A1,Addon,2024-01-01,,5,USD\n"
    )
    company.put_policy("product_features.csv", "product,feature,is_core\nCore,inbox,true\n")
    (problem,) = [problem for problem in _check(company) if problem.reason == "product_without_features"]
    assert (problem.severity, problem.file, problem.row) == ("notice", "more/subscriptions.csv", 3)
    assert "'Addon'" in problem.detail
    assert "Addon,<feature>" in problem.mend


def test_what_no_source_can_tell_is_no_fault(company: LandingCompany) -> None:
    """Without people nobody can say that a CSM is unknown, and a switched-off rule needs no number."""
    (company.landing / "people.csv").unlink()
    company.put_policy("operating_models.csv", "csm_email,operating_model,from_on\nbob@x.io,separated,2024-01-01\n")
    company.put_policy(
        "warning_rules.csv",
        "kind,label,severity,threshold,window_days,response_hours,is_active\nstall,Stall,low,,,24,false\n",
    )
    assert {problem.reason for problem in _check(company)} == {"default_segments"}
