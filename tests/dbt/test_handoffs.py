"""Handoffs of a canonical company under a policy of its own, from the raw rows to the marts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.dbt.company import Company, Workshop
from tests.dbt.project import rows

COMPANY = Company(
    as_of=date(2024, 6, 30),
    objects={
        "accounts": [{"account_id": name, "account_name": name.upper(), "acv": 30_000} for name in ("a", "b")],
        "subscriptions": [
            {"subscription_id": name, "account_id": name, "product": "Core", "start_date": "2024-01-10", "arr": 1200}
            for name in ("a", "b")
        ],
        "onboardings": [
            {"onboarding_id": "oa", "account_id": "a", "contract_signed_on": "2024-01-10", "go_live_on": "2024-02-01"},
            {"onboarding_id": "ob", "account_id": "b", "contract_signed_on": "2024-06-30", "go_live_on": "2024-07-02"},
        ],
        "handoffs": [
            {
                "handoff_id": "h1",
                "account_id": "a",
                "kind": "sales_to_onboarding",
                "handed_off_at": "2024-01-09T16:00:00Z",
                "from_email": "rob.poe@x.test",
                "goals": "grow fast",
                "risks": "asked of nobody",
                "competitive_context": " \t ",
            },
            {
                "handoff_id": "h2",
                "account_id": "b",
                "kind": "sales_to_onboarding",
                "handed_off_at": "2024-07-01T01:00:00Z",
            },
        ],
    },
    policy={
        "handoff_fields": [
            {"kind": "sales_to_onboarding", "field": "goals", "is_required": True, "minimum_length": 9},
            {"kind": "sales_to_onboarding", "field": "competitive_context", "is_required": True},
            {"kind": "sales_to_onboarding", "field": "success_criteria", "is_required": False},
        ]
    },
)


@pytest.fixture(scope="module")
def warehouse(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workshop.build(COMPANY, tmp_path_factory.mktemp("handoffs"), select=["+marts.handoffs"])


def test_a_handoff_is_scored_by_the_fields_of_policy(warehouse: Path) -> None:
    assert rows(
        warehouse,
        "select handoff_id, days_from_due, is_on_time, required_fields, filled_fields, completeness_share,"
        " completeness_band, from_person from marts.fct_handoff where not is_missing",
    ) == [("h1", -1, True, 2, 1, Decimal("0.5"), "medium", "Rob Poe")]
    assert rows(
        warehouse, "select field, is_required, text_length, is_filled from marts.fct_handoff_field order by field"
    ) == [("competitive_context", True, 0, False), ("goals", True, 9, True), ("success_criteria", False, 0, False)]


def test_what_is_due_and_not_there_is_missing_and_what_comes_later_is_not_seen(warehouse: Path) -> None:
    """The go-live of July has not come; the handoff of July has not either."""
    assert rows(
        warehouse,
        "select onboarding_id, kind, due_on, is_on_time, completeness_share from marts.fct_handoff where is_missing"
        " order by due_on",
    ) == [
        ("oa", "implementation_to_success", date(2024, 2, 1), False, None),
        ("ob", "sales_to_onboarding", date(2024, 6, 30), False, None),
    ]


def test_the_association_counts_onboardings_within_a_segment(warehouse: Path) -> None:
    assert rows(
        warehouse,
        "select kind, completeness_band, accounts, is_small_slice, due_90d_onboardings, retained_90d_share,"
        " median_days_against_segment from marts.cube_handoff_association where segment = 'hybrid' order by 1, 2",
    ) == [
        ("implementation_to_success", "missing", 1, True, 1, Decimal(1), None),
        ("sales_to_onboarding", "medium", 1, True, 1, Decimal(1), None),
        ("sales_to_onboarding", "missing", 1, True, 0, None, None),
    ]
