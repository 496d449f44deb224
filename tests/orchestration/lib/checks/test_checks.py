"""What the inputs together show, and the list that `postsale check` prints."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from orchestration.lib.checks import Problem, check_company, check_inputs, exit_code, raise_errors
from orchestration.lib.checks.hierarchy import find_cycles
from orchestration.lib.loader import InputError
from tests.orchestration.lib.landing_company import SUBSCRIPTIONS, LandingCompany

PARENTS = "account_id,account_name,parent_account_id\n"
BANDS = "segment,acv_from,acv_below,target_days\n"


@pytest.fixture
def company(tmp_path: Path) -> LandingCompany:
    company = LandingCompany(tmp_path)
    company.put("accounts.csv", PARENTS + "A1,Acme,\n")
    company.put("subscriptions.csv", SUBSCRIPTIONS + "S1,A1,core,2024-01-01,2024-12-31,10,USD\n")
    return company


def _check(company: LandingCompany, as_of: date = date(2024, 6, 30)) -> list[Problem]:
    company.load_all()
    return check_inputs(company.config, company.home, as_of, datetime.now(UTC))


def _only(problems: list[Problem], severity: str = "error") -> Problem:
    (problem,) = [problem for problem in problems if problem.severity == severity]
    return problem


def test_sound_inputs_leave_the_request_to_confirm_targets(company: LandingCompany) -> None:
    problems = _check(company)
    assert [problem.reason for problem in problems] == ["default_segments"]
    assert exit_code(problems) == 0
    raise_errors(problems)
    company.put_policy("segments.csv", BANDS + "high_touch,0,,30\n")
    assert "default_segments" not in [problem.reason for problem in _check(company)]


def test_unknown_currency_names_currency_file_and_row(company: LandingCompany) -> None:
    company.put(
        "more/subscriptions.csv", SUBSCRIPTIONS + "S2,A1,core,2024-01-01,,1,USD\nS3,A1,core,2024-01-01,,1,chf\n"
    )
    problem = _only(_check(company))
    assert (problem.reason, problem.file, problem.row) == ("unknown_currency", "more/subscriptions.csv", 3)
    assert "currency CHF has no rate for fiscal year 2024" in problem.detail
    assert "CHF,2024" in problem.mend
    with pytest.raises(InputError, match="CHF"):
        raise_errors([problem])


def test_a_rate_of_the_fiscal_year_of_as_of_is_what_is_needed(company: LandingCompany) -> None:
    company.put("more/subscriptions.csv", SUBSCRIPTIONS + "S3,A1,core,2024-01-01,,1,CHF\n")
    company.put_policy("fx_rates.csv", "currency,fiscal_year,rate\nchf,2024,1.1\n")
    assert not [problem for problem in _check(company) if problem.severity == "error"]
    assert _only(_check(company, as_of=date(2025, 1, 1))).reason == "unknown_currency"


def test_a_currency_that_was_corrected_is_no_problem(company: LandingCompany) -> None:
    company.put("subscriptions.csv", SUBSCRIPTIONS + "S1,A1,core,2024-01-01,,10,XXX\n")
    company.load()
    company.put("subscriptions.csv", SUBSCRIPTIONS + "S1,A1,core,2024-01-01,,10,\n")
    assert not [problem for problem in _check(company) if problem.severity == "error"]


def test_hierarchy_cycle_names_its_members_file_and_row(company: LandingCompany) -> None:
    company.put("accounts.csv", PARENTS + "A1,a,\nA2,b,A4\nA3,c,A2\nA4,d,A3\nA5,e,A4\n")
    problem = _only(_check(company))
    assert (problem.reason, problem.file, problem.row) == ("hierarchy_cycle", "accounts.csv", 3)
    assert "A2 → A4 → A3 → A2" in problem.detail


def test_an_account_that_is_its_own_parent_is_a_cycle(company: LandingCompany) -> None:
    company.put("accounts.csv", PARENTS + "A1,a,A1\n")
    assert _only(_check(company)).reason == "hierarchy_cycle"


def test_cycles() -> None:
    assert find_cycles({}) == []
    assert find_cycles({"b": "a", "c": "b", "x": "nobody"}) == []
    assert find_cycles({"a": "b", "b": "a", "c": "a", "z": "z"}) == [["a", "b"], ["z"]]


@pytest.mark.parametrize(
    ("rows", "reason", "row"),
    [
        ("a,0,10,5\nb,12,,5\n", "segment_gap", 3),
        ("a,0,10,5\nb,9,,5\n", "segment_overlap", 3),
        ("b,10,,5\na,0,,5\n", "segment_overlap", 2),
        ("a,5,,5\n", "segment_gap", 2),
        ("a,0,10,5\n", "segment_gap", 2),
        ("a,0,10,5\nb,10,10,5\nc,10,,5\n", "segment_empty", 3),
        ("a,0,10,soon\nb,10,,5\n", "bad_type", 2),
        ("", "no_segments", None),
    ],
)
def test_segments_that_do_not_meet(company: LandingCompany, rows: str, reason: str, row: int | None) -> None:
    company.put_policy("segments.csv", BANDS + rows)
    problems = [problem for problem in _check(company) if problem.severity == "error"]
    assert (reason, "policy/segments.csv", row) in [(found.reason, found.file, found.row) for found in problems]


def test_policy_tables_are_checked_against_each_other(company: LandingCompany) -> None:
    company.put_policy("segments.csv", BANDS + "small,0,10,5\nlarge,10,,9\n")
    company.put_policy(
        "value_milestones.csv",
        "segment,milestone_name,is_first_value\nsmall,a,true\nsmall,b,yes\nhuge,c,true\n",
    )
    company.put_policy("activities.csv", "activity,category\n" + "".join(f"a{n},success\n" for n in range(17)))
    found = {(problem.reason, problem.file, problem.row) for problem in _check(company)}
    assert ("unknown_segment", "policy/value_milestones.csv", 4) in found
    assert ("two_first_values", "policy/value_milestones.csv", 3) in found
    assert ("too_many_activities", "policy/activities.csv", None) in found
    assert ("no_value_milestone", "policy/segments.csv", 3) in found


def test_every_lifecycle_stage_begins_by_an_event_that_can_open_it(company: LandingCompany) -> None:
    company.put_policy(
        "lifecycle_stages.csv",
        "stage,entered_at,days\nimplementation,signature,7\nonboarding,go_live,\nadoption,service_end,\n"
        "renewal,renewal_due,60\nchurned,service_end,0\n",
    )
    found = {(problem.reason, problem.row) for problem in _check(company) if problem.severity == "error"}
    assert found == {("days_not_used", 2), ("wrong_event", 4), ("missing_stage", None)}


def test_own_segments_do_not_make_the_default_milestones_wrong(company: LandingCompany) -> None:
    company.put_policy("segments.csv", BANDS + "all,0,,30\n")
    assert exit_code(_check(company)) == 0


def test_nothing_to_measure(tmp_path: Path) -> None:
    company = LandingCompany(tmp_path)
    company.put("accounts.csv", PARENTS)
    reasons = [problem.reason for problem in _check(company) if problem.severity == "error"]
    assert reasons == ["no_accounts", "no_subscriptions"]


def test_an_object_of_which_nothing_was_ever_accepted(company: LandingCompany) -> None:
    company.put("contacts.csv", b"contact_id,account_id\nC1,\xff\n")
    problem = _only(_check(company))
    assert (problem.reason, problem.file, problem.object) == ("nothing_accepted", "contacts.csv", "contacts")
    assert "wrong_encoding" in problem.detail
    company.put("contacts.csv", "contact_id,account_id\nC1,A1\nC2,\n")
    assert not [found for found in _check(company) if found.severity == "error"]
    company.put("contacts.csv", b"")
    assert not [found for found in _check(company) if found.severity == "error"]


def test_files_that_are_not_read_and_files_that_are_gone(company: LandingCompany) -> None:
    company.put("contacts.xlsx", "x")
    old = company.put("delivered=yesterday/subscriptions.csv", SUBSCRIPTIONS + "S7,A1,core,2024-01-01,,1,\n")
    found = {(problem.severity, problem.reason, problem.file) for problem in _check(company)}
    assert ("notice", "unmatched_file", "contacts.xlsx") in found
    assert ("warning", "unreadable_delivery", "delivered=yesterday/subscriptions.csv") in found
    moved = company.put("moved/subscriptions.csv", old.read_bytes())
    old.unlink()
    assert not [problem for problem in _check(company) if problem.severity == "warning"]
    moved.unlink()
    problem = _only(_check(company), "warning")
    assert (problem.reason, problem.file) == ("vanished_file", "delivered=yesterday/subscriptions.csv")


def test_check_company_lists_every_fault_and_touches_no_home(company: LandingCompany) -> None:
    company.put(
        "subscriptions.csv",
        SUBSCRIPTIONS + "S1,A1,core,2024-01-01,2024-12-31,10,USD\nS2,A1,core,2024-01-01,2023-01-01,1,\nS3,A1,core,20",
    )
    company.put("meetings.csv", "meeting_id,account_id,held_at,kind\nM1,A1,today,sync\nM2,A1,2024-01-01,sync\n")
    company.put("contacts.csv", b"")
    before = company.state()
    problems = check_company(company.config)
    assert company.state() == before
    listed = [(problem.severity, problem.file, problem.row, problem.reason) for problem in problems]
    assert listed == [
        ("error", "contacts.csv", None, "nothing_accepted"),
        ("warning", "contacts.csv", None, "empty_file"),
        ("warning", "meetings.csv", 2, "bad_type"),
        ("warning", "subscriptions.csv", 3, "end_before_start"),
        ("warning", "subscriptions.csv", 4, "truncated_line"),
        ("notice", None, None, "default_segments"),
    ]
    assert exit_code(problems) == 1
    assert str(problems[2]) == (
        "warning: company meetings.csv row 2: bad_type: 'today' in held_at is not a time; "
        "write it as YYYY-MM-DDTHH:MM:SSZ"
    )


def test_health_bands_rise_from_zero_and_signals_have_a_weight(company: LandingCompany) -> None:
    company.put_policy("health_bands.csv", "band,score_from\nred,10\namber,60\ngreen,60\n")
    company.put_policy(
        "health_signals.csv",
        "signal,label,weight,input,zero_at,full_at\n"
        "a,A,0,usage_trend,0,1\nb,B,5,mood,0,1\nc,C,5,usage_trend,1,1\nd,D,5,support_load,5,0\n",
    )
    found = {(problem.reason, problem.file, problem.row) for problem in _check(company)}
    assert ("band_gap", "policy/health_bands.csv", 2) in found
    assert ("band_order", "policy/health_bands.csv", 4) in found
    rejected = {row for reason, file, row in found if (reason, file) == ("not_allowed", "policy/health_signals.csv")}
    assert rejected == {2, 3, 4}


def test_every_health_band_is_defined(company: LandingCompany) -> None:
    company.put_policy("health_bands.csv", "band,score_from\nred,0\namber,50\n")
    company.put_policy("health_signals.csv", "signal,label,weight,input,zero_at,full_at\n")
    found = {(problem.reason, problem.file, problem.row) for problem in _check(company)}
    assert ("band_missing", "policy/health_bands.csv", None) in found
    assert ("no_health_signals", "policy/health_signals.csv", None) in found
