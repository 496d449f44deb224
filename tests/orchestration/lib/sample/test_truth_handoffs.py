"""Handoffs of a company small enough to be worked out by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from orchestration.lib.sample import phrases
from orchestration.lib.sample.model import Account, Handoff, UsageEvent
from tests.orchestration.lib.sample.builder import Builder

MARCH, APRIL = date(2024, 3, 1), date(2024, 4, 1)
TEXT = "long enough to be filled"


def _handoff(built: Builder, account: Account, kind: str, day: date, fields: dict[str, str]) -> None:
    at = datetime.combine(day, datetime.min.time())
    built.company.handoffs.append(Handoff(len(built.company.handoffs), account, kind, at, built.rep, built.csm, fields))


def test_completeness_by_the_handoff_and_timeliness_by_the_due_day() -> None:
    built = Builder()
    account, other = built.account("A"), built.account("B", segment="hybrid")
    built.line(account, "100", date(2024, 1, 1))
    built.onboarding(account, date(2024, 3, 5), go_live_on=date(2024, 4, 2))
    built.onboarding(other, date(2024, 3, 31))
    names = phrases.HANDOFF_FIELDS["sales_to_onboarding"]
    _handoff(built, account, "sales_to_onboarding", date(2024, 3, 5), dict.fromkeys(names[:6], TEXT))
    _handoff(built, account, "sales_to_onboarding", date(2024, 3, 20), dict.fromkeys(names, TEXT))
    _handoff(
        built, other, "sales_to_onboarding", date(2024, 4, 1), {"Goals": "see deck", **dict.fromkeys(names[6:8], TEXT)}
    )
    truth = built.answers()
    assert truth.of("handoff_completeness", MARCH) == Decimal("0.8")
    assert truth.slices("handoff_completeness", MARCH, "completeness_band") == {"medium": Decimal("0.6"), "high": 1}
    assert truth.of("handoff_completeness", APRIL) == Decimal("0.2")
    assert truth.slices("handoff_field_completeness", APRIL, "handoff_field")["goals"] == 0
    assert truth.of("handoffs", MARCH) == 2
    assert truth.of("complete_handoffs", MARCH) == 1
    # due in March: one on the day, one a day late; the repeat is not judged. The go-live of April has no handoff.
    assert truth.of("handoffs_due", MARCH) == 2
    assert truth.of("handoff_on_time_rate", MARCH) == Decimal("0.5")
    assert truth.of("median_handoff_days_from_due", MARCH) == 0
    assert truth.of("median_handoff_days_from_due", APRIL) == 1
    assert truth.slices("missing_handoffs", APRIL, "kind")["implementation_to_success"] == 1
    assert truth.of("handoff_on_time_rate", APRIL) == 0


def test_steady_state_is_due_when_value_is_used_and_not_when_the_project_is_closed() -> None:
    built = Builder()
    account, closed = built.account("A"), built.account("B")
    for one in (account, closed):
        built.line(one, "100", date(2024, 1, 1))
    onboarding = built.onboarding(
        account, date(2024, 1, 8), go_live_on=date(2024, 1, 15), first_value_on=date(2024, 2, 1)
    )
    onboarding.exited_on = date(2024, 3, 20)
    # Declared done, yet nobody works with it: nothing falls due.
    built.onboarding(closed, date(2024, 1, 8), first_value_on=date(2024, 2, 1)).exited_on = date(2024, 3, 20)
    for week in range(4):
        at = datetime(2024, 2, 6, 9) + timedelta(weeks=week)
        built.company.usage_events.append(UsageEvent(account, 0, "Report Shared", "reports", at))
    names = phrases.HANDOFF_FIELDS["onboarding_to_steady_state"]
    _handoff(built, account, "onboarding_to_steady_state", date(2024, 3, 1), dict.fromkeys(names, TEXT))
    truth = built.answers()
    # The fourth week in a row begins its use on 27 February.
    assert truth.slices("handoffs_due", date(2024, 2, 1), "kind")["onboarding_to_steady_state"] == 1
    assert truth.slices("handoffs_due", MARCH, "kind").get("onboarding_to_steady_state", 0) == 0
    assert truth.slices("median_handoff_days_from_due", MARCH, "kind") == {"onboarding_to_steady_state": 3}
