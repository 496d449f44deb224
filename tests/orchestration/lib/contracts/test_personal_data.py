"""Which columns hold personal data: every one reviewed, none left to chance.

A column that is added to a contract stands in neither list at first, and this test fails until somebody has decided.
"""

from __future__ import annotations

import pytest

from orchestration.lib.contracts import Column, load_connectors

# By object, the columns that are marked: of staff, of a customer's people, or text that may name anybody.
MARKED: dict[str, dict[str, str]] = {
    "canonical.accounts": {"csm_email": "staff"},
    "canonical.people": {"email": "staff", "full_name": "staff", "manager_email": "staff"},
    "canonical.account_owners": {"email": "staff"},
    "canonical.contacts": {"email": "contact"},
    "canonical.opportunities": {"owner_email": "staff"},
    "canonical.handoffs": {
        "from_email": "staff",
        "to_email": "staff",
        "goals": "free_text",
        "success_criteria": "free_text",
        "stakeholder_sponsor": "contact",
        "stakeholder_champion": "contact",
        "stakeholder_technical": "contact",
        "stakeholder_detractors": "contact",
        "technical_requirements": "free_text",
        "timeline_expectations": "free_text",
        "promises_and_commitments": "free_text",
        "competitive_context": "free_text",
        "configuration_choices": "free_text",
        "stakeholders_and_priorities": "free_text",
        "risks": "free_text",
        "expansion_opportunities": "free_text",
        "value_milestones_reached": "free_text",
        "value_milestones_open": "free_text",
        "engagement_levels": "free_text",
        "outstanding_issues": "free_text",
        "playbook_deviations": "free_text",
    },
    "canonical.onboardings": {"owner_email": "staff"},
    "canonical.holds": {"reason": "free_text"},
    "canonical.usage_events": {"user_id": "contact"},
    "canonical.time_entries": {"person_email": "staff"},
    "canonical.meetings": {"person_email": "staff"},
    "canonical.feedback": {"summary": "free_text"},
    "canonical.success_plans": {"outcome": "free_text", "owner_email": "staff"},
    "delighted.survey_responses": {"person": "contact", "comment": "free_text"},
    "harvest.time_entries": {"user_name": "staff", "notes": "free_text"},
    "harvest.users": {"first_name": "staff", "last_name": "staff", "email": "staff"},
    "policy.operating_models": {"csm_email": "staff"},
    "salesforce.User": {"Name": "staff", "Email": "staff", "Title": "staff"},
    "salesforce.Contact": {"FirstName": "contact", "LastName": "contact", "Email": "contact", "Title": "contact"},
    "salesforce.Event": {"Subject": "free_text"},
    "salesforce.Handoff__c": {
        "Goals__c": "free_text",
        "Success_Criteria__c": "free_text",
        "Stakeholder_Sponsor__c": "contact",
        "Stakeholder_Champion__c": "contact",
        "Stakeholder_Technical__c": "contact",
        "Stakeholder_Detractors__c": "contact",
        "Technical_Requirements__c": "free_text",
        "Timeline_Expectations__c": "free_text",
        "Promises_And_Commitments__c": "free_text",
        "Competitive_Context__c": "free_text",
        "Configuration_Choices__c": "free_text",
        "Stakeholders_And_Priorities__c": "free_text",
        "Risks__c": "free_text",
        "Expansion_Opportunities__c": "free_text",
        "Value_Milestones_Reached__c": "free_text",
        "Value_Milestones_Open__c": "free_text",
        "Engagement_Levels__c": "free_text",
        "Outstanding_Issues__c": "free_text",
        "Playbook_Deviations__c": "free_text",
    },
    "salesforce.Hold__c": {"Reason__c": "free_text"},
    "segment.track": {"userId": "contact", "anonymousId": "contact"},
    "zendesk.tickets": {"subject": "free_text"},
}

# By object, the other columns of text: words of a list, names of companies and things, never of people.
IMPERSONAL: dict[str, list[str]] = {
    "canonical.accounts": ["account_name", "industry", "region", "segment"],
    "canonical.people": ["function", "team"],
    "canonical.account_owners": ["role"],
    "canonical.contacts": ["role"],
    "canonical.opportunities": ["type", "stage", "motion", "loss_reason"],
    "canonical.subscriptions": ["product"],
    "canonical.handoffs": ["kind"],
    "canonical.onboardings": ["status", "configuration"],
    "canonical.holds": ["party"],
    "canonical.milestones": ["name", "kind"],
    "canonical.usage_events": ["event_name", "feature"],
    "canonical.time_entries": ["activity"],
    "canonical.meetings": ["kind", "contact_role"],
    "canonical.tickets": ["priority", "status"],
    "canonical.surveys": ["kind"],
    "canonical.feedback": ["product_area", "sentiment", "status"],
    "canonical.references": ["stage", "kind"],
    "canonical.success_plans": ["horizon"],
    "delighted.survey_responses": ["survey_type", "purpose"],
    "harvest.time_entries": ["client_name", "project_name", "task_name"],
    "salesforce.Account": ["Name", "Industry", "BillingCountry", "Region__c", "Segment__c"],
    "salesforce.User": ["Department", "Function__c"],
    "salesforce.Contact": ["Role__c"],
    "salesforce.OpportunityContactRole": ["Role"],
    "salesforce.Opportunity": ["Name", "Type", "StageName", "Motion__c", "Loss_Reason__c"],
    "salesforce.OpportunityFieldHistory": ["Field", "OldValue", "NewValue"],
    "salesforce.Contract": ["ContractNumber", "Status"],
    "salesforce.SBQQ__Subscription__c": ["SBQQ__ProductName__c"],
    "salesforce.Event": ["Type"],
    "salesforce.Handoff__c": ["Kind__c"],
    "salesforce.Onboarding__c": ["Status__c", "Configuration__c"],
    "salesforce.Hold__c": ["Party__c"],
    "salesforce.Milestone__c": ["Name", "Kind__c"],
    "segment.track": ["type", "event", "feature"],
    "zendesk.tickets": ["priority", "status"],
    "zendesk.organizations": ["name"],
}

OBJECTS = {
    f"{connector.connector}.{name}": contract
    for connector in load_connectors().values()
    for name, contract in connector.objects.items()
}


@pytest.mark.parametrize("name", [*MARKED, *IMPERSONAL])
def test_a_reviewed_object_is_declared(name: str) -> None:
    assert name in OBJECTS


@pytest.mark.parametrize("name", list(OBJECTS))
def test_marks_are_the_reviewed_ones(name: str) -> None:
    columns = OBJECTS[name].columns
    assert {column: declared.personal for column, declared in columns.items() if declared.personal} == MARKED.get(
        name, {}
    )
    if not name.startswith("policy."):
        texts = [column for column, declared in columns.items() if not declared.personal and _may_name(declared)]
        assert texts == IMPERSONAL.get(name, []), "decide whether the new column may name a person"


def _may_name(column: Column) -> bool:
    return column.type in ("text", "email")


def test_every_address_is_marked() -> None:
    unmarked = [
        f"{name}.{column}"
        for name, contract in OBJECTS.items()
        for column, declared in contract.columns.items()
        if (declared.type == "email" or "email" in column.lower()) and declared.personal is None
    ]
    assert unmarked == []


def test_a_contract_refuses_no_value_of_a_person_by_quoting_it() -> None:
    """Reject rules spell the values of the columns they name into `audit.quarantine.detail`."""
    for name, contract in OBJECTS.items():
        for rule in contract.rejects:
            words = set(rule.when.replace("(", " ").replace(")", " ").split())
            assert not words & set(MARKED.get(name, {})), f"{name}: {rule.reason}"
