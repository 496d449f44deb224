"""Salesforce: one CSV per object, values as the Bulk API writes them (developer.salesforce.com, Bulk API 2.0)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from orchestration.lib.sample import phrases
from orchestration.lib.sample.days import plus
from orchestration.lib.sample.ids import plain_ascii, salesforce_id
from orchestration.lib.sample.model import (
    Account,
    Company,
    Contact,
    Contract,
    Handoff,
    Hold,
    Line,
    Meeting,
    Milestone,
    Onboarding,
    Opportunity,
    Person,
)
from orchestration.lib.sample.vendors.shape import ExportObject, Record, Row, facts, seen, time_of_day

PROBABILITY = {"Qualification": 20, "Proposal": 45, "Negotiation": 70, "Closed Won": 100, "Closed Lost": 0}

ACCOUNT = (
    "Id",
    "IsDeleted",
    "Name",
    "ParentId",
    "OwnerId",
    "Industry",
    "BillingCountry",
    "Region__c",
    "ACV__c",
    "Segment__c",
    "CreatedDate",
    "LastModifiedDate",
    "SystemModstamp",
)
USER = (
    "Id",
    "Name",
    "Email",
    "Department",
    "Title",
    "ManagerId",
    "IsActive",
    "Function__c",
    "Weekly_Capacity_Hours__c",
    "Loaded_Hourly_Cost__c",
    "Start_Date__c",
    "End_Date__c",
    "CreatedDate",
    "LastModifiedDate",
    "SystemModstamp",
)
CONTACT = (
    "Id",
    "IsDeleted",
    "AccountId",
    "FirstName",
    "LastName",
    "Email",
    "Title",
    "Role__c",
    "From_Date__c",
    "Left_Date__c",
    "CreatedDate",
    "SystemModstamp",
)
CONTACT_ROLE = ("Id", "OpportunityId", "ContactId", "Role", "IsPrimary", "SystemModstamp")
OPPORTUNITY = (
    "Id",
    "IsDeleted",
    "AccountId",
    "Name",
    "Type",
    "StageName",
    "Amount",
    "CurrencyIsoCode",
    "CloseDate",
    "Probability",
    "IsClosed",
    "IsWon",
    "OwnerId",
    "Motion__c",
    "Loss_Reason__c",
    "CreatedDate",
    "SystemModstamp",
)
FIELD_HISTORY = ("Id", "OpportunityId", "Field", "OldValue", "NewValue", "CreatedById", "CreatedDate")
CONTRACT = (
    "Id",
    "IsDeleted",
    "AccountId",
    "ContractNumber",
    "Status",
    "StartDate",
    "EndDate",
    "ContractTerm",
    "CompanySignedDate",
    "SBQQ__Opportunity__c",
    "SystemModstamp",
)
SUBSCRIPTION = (
    "Id",
    "IsDeleted",
    "SBQQ__Account__c",
    "SBQQ__Contract__c",
    "SBQQ__ProductName__c",
    "SBQQ__Quantity__c",
    "SBQQ__NetPrice__c",
    "SBQQ__SubscriptionStartDate__c",
    "SBQQ__SubscriptionEndDate__c",
    "SBQQ__TerminatedDate__c",
    "SBQQ__RenewalQuantity__c",
    "ARR__c",
    "CurrencyIsoCode",
    "Opportunity__c",
    "SystemModstamp",
)
EVENT = (
    "Id",
    "IsDeleted",
    "AccountId",
    "WhoId",
    "OwnerId",
    "Subject",
    "Type",
    "StartDateTime",
    "DurationInMinutes",
    "Attended__c",
    "SystemModstamp",
)
HANDOFF_TEXT_FIELDS = tuple(dict.fromkeys(name for names in phrases.HANDOFF_FIELDS.values() for name in names))
HANDOFF = (
    "Id",
    "IsDeleted",
    "Account__c",
    "Kind__c",
    "Handed_Off_At__c",
    "From_User__c",
    "To_User__c",
    *(f"{name}__c" for name in HANDOFF_TEXT_FIELDS),
    "SystemModstamp",
)
ONBOARDING = (
    "Id",
    "IsDeleted",
    "Account__c",
    "Contract_Signed_Date__c",
    "Kickoff_Date__c",
    "Go_Live_Date__c",
    "Planned_Go_Live_Date__c",
    "Exited_Date__c",
    "OwnerId",
    "Status__c",
    "Configuration__c",
    "Planned_Hours__c",
    "Services_Fee__c",
    "CSAT_At_Go_Live__c",
    "NPS_At_Completion__c",
    "SystemModstamp",
)
HOLD = ("Id", "IsDeleted", "Onboarding__c", "From_Date__c", "To_Date__c", "Party__c", "Reason__c", "SystemModstamp")
MILESTONE = (
    "Id",
    "IsDeleted",
    "Onboarding__c",
    "Name",
    "Kind__c",
    "Due_Date__c",
    "Achieved_Date__c",
    "Is_First_Value__c",
    "SystemModstamp",
)


def timestamp(moment: datetime) -> str:
    """As Salesforce writes a datetime: milliseconds and an offset without a colon."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def boolean(value: bool) -> str:
    return "true" if value else "false"


def text(value: date | Decimal | str | None) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def user_id(person: Person) -> str:
    return salesforce_id("User", 100 + person.key * 7)


def contact_id(contact: Contact) -> str:
    return salesforce_id("Contact", 60_000 + contact.key * 2)


def opportunity_id(opportunity: Opportunity) -> str:
    return salesforce_id("Opportunity", 9_000 + opportunity.key * 5)


def contract_id(contract: Contract) -> str:
    return salesforce_id("Contract", 2_000 + contract.key * 4)


def onboarding_id(onboarding: Onboarding) -> str:
    return salesforce_id("Onboarding__c", 700 + onboarding.key * 3)


def subscription_id(line: Line) -> str:
    return salesforce_id("SBQQ__Subscription__c", 30_000 + line.key * 3)


def export(company: Company) -> list[ExportObject]:
    """Every Salesforce object of the company."""
    end = company.parameters.ends_on

    def made(name: str, columns: tuple[str, ...], records: list[Record], **more: str | bool) -> ExportObject:
        event_field = more.get("event_field")
        return ExportObject(
            "salesforce",
            name,
            "Id",
            tuple(records),
            columns,
            event_field if isinstance(event_field, str) else None,
            more.get("every_version") is True,
        )

    return [
        made("User", USER, [_user(person, end) for person in company.people], every_version=True),
        made("Account", ACCOUNT, [_account(account, end) for account in company.accounts], every_version=True),
        made("Contact", CONTACT, [_contact(contact, end) for contact in company.contacts]),
        made("Opportunity", OPPORTUNITY, [_opportunity(deal, end) for deal in company.opportunities]),
        made("OpportunityContactRole", CONTACT_ROLE, _contact_roles(company)),
        made("OpportunityFieldHistory", FIELD_HISTORY, _field_history(company)),
        made("Contract", CONTRACT, [_contract(contract) for contract in company.contracts]),
        made("SBQQ__Subscription__c", SUBSCRIPTION, [_subscription(line, end) for line in company.lines]),
        made("Handoff__c", HANDOFF, [_handoff(handoff) for handoff in company.handoffs]),
        made("Onboarding__c", ONBOARDING, [_onboarding(onboarding, end) for onboarding in company.onboardings]),
        made("Hold__c", HOLD, _holds(company)),
        made("Milestone__c", MILESTONE, _milestones(company)),
        made("Event", EVENT, _events(company), event_field="StartDateTime"),
    ]


def _user(person: Person, end: date) -> Record:
    days = facts(person.started_on, *(version.valid_from for version in person.versions), person.ended_on, until=end)

    def row(day: date) -> Row:
        version = person.on(day)
        ended_on = seen(person.ended_on, day)
        changed = timestamp(time_of_day(day, person.key))
        return {
            "Id": user_id(person),
            "Name": person.name,
            "Email": person.email,
            "Department": version.team,
            "Title": version.title,
            "ManagerId": user_id(person.manager) if person.manager else "",
            "IsActive": boolean(ended_on is None),
            "Function__c": version.function,
            "Weekly_Capacity_Hours__c": text(person.weekly_capacity_hours),
            "Loaded_Hourly_Cost__c": text(person.loaded_hourly_cost),
            "Start_Date__c": text(person.started_on),
            "End_Date__c": text(ended_on),
            "CreatedDate": timestamp(time_of_day(person.started_on, person.key)),
            "LastModifiedDate": changed,
            "SystemModstamp": changed,
        }

    return Record(days, row)


def _account(account: Account, end: date) -> Record:
    extra = [account.signed_on] if account.acv is not None else []
    days = facts(account.created_on, *account.changed_on(), *extra, until=end)

    def row(day: date) -> Row:
        parent = account.value("parent", day)
        signed = account.signed_on is not None and account.signed_on <= day
        changed = timestamp(time_of_day(day, account.key))
        return {
            "Id": account.account_id,
            "IsDeleted": "false",
            "Name": account.name,
            "ParentId": parent.account_id if parent else "",
            "OwnerId": user_id(account.value("owner", day)),
            "Industry": text(account.value("industry", day)),
            "BillingCountry": text(account.country),
            "Region__c": text(account.value("region", day)),
            "ACV__c": text(account.acv) if signed else "",
            "Segment__c": text(account.value("segment", day)),
            "CreatedDate": timestamp(time_of_day(account.created_on, account.key)),
            "LastModifiedDate": changed,
            "SystemModstamp": changed,
        }

    return Record(days, row)


def _contact(contact: Contact, end: date) -> Record:
    domain = plain_ascii(contact.account.name.split()[0])

    def row(day: date) -> Row:
        left_on = seen(contact.left_on, day)
        return {
            "Id": contact_id(contact),
            "IsDeleted": "false",
            "AccountId": contact.account.account_id,
            "FirstName": contact.first_name,
            "LastName": contact.last_name,
            "Email": plain_ascii(f"{contact.first_name}.{contact.last_name}") + f"@{domain}.example",
            "Title": contact.title,
            "Role__c": contact.role,
            "From_Date__c": text(contact.from_on),
            "Left_Date__c": text(left_on),
            "CreatedDate": timestamp(time_of_day(contact.from_on, contact.key)),
            "SystemModstamp": timestamp(time_of_day(left_on or contact.from_on, contact.key)),
        }

    return Record(facts(contact.from_on, contact.left_on, until=end), row)


def _opportunity(deal: Opportunity, end: date) -> Record:
    days = facts(deal.created_on, *(change.on for change in deal.changes), until=end)

    def row(day: date) -> Row:
        stage, close_date = "Qualification", deal.expected_close_on
        moved = [change for change in deal.changes if change.field == "CloseDate"]
        if moved and moved[0].on > day:
            close_date = date.fromisoformat(moved[0].old)
        changed_on = deal.created_on
        for change in deal.changes:
            if change.on <= day:
                changed_on = max(changed_on, change.on)
                stage = change.new if change.field == "StageName" else stage
        closed = stage.startswith("Closed")
        return {
            "Id": opportunity_id(deal),
            "IsDeleted": "false",
            "AccountId": deal.account.account_id,
            "Name": deal.name,
            "Type": deal.type,
            "StageName": stage,
            "Amount": text(deal.amount),
            "CurrencyIsoCode": deal.currency,
            "CloseDate": text(close_date),
            "Probability": text(Decimal(PROBABILITY[stage])),
            "IsClosed": boolean(closed),
            "IsWon": boolean(stage == "Closed Won"),
            "OwnerId": user_id(deal.owner),
            "Motion__c": text(deal.motion),
            "Loss_Reason__c": text(deal.loss_reason) if stage == "Closed Lost" else "",
            "CreatedDate": timestamp(time_of_day(deal.created_on, deal.key)),
            "SystemModstamp": timestamp(time_of_day(changed_on, deal.key)),
        }

    return Record(days, row)


def _contact_roles(company: Company) -> list[Record]:
    names = {"sponsor": "Economic Buyer", "champion": "Business User", "technical": "Technical Buyer"}
    by_account: dict[int, list[Contact]] = {}
    for contact in company.contacts:
        by_account.setdefault(contact.account.key, []).append(contact)
    records: list[Record] = []
    for deal in company.opportunities:
        for contact in by_account.get(deal.account.key, [])[:2]:
            records.append(_contact_role(len(records), deal, contact, names.get(contact.role, "Other")))
    return records


def _contact_role(number: int, deal: Opportunity, contact: Contact, role: str) -> Record:
    row = {
        "Id": salesforce_id("OpportunityContactRole", 11_000 + number * 2),
        "OpportunityId": opportunity_id(deal),
        "ContactId": contact_id(contact),
        "Role": role,
        "IsPrimary": boolean(contact.role == "sponsor"),
        "SystemModstamp": timestamp(time_of_day(deal.created_on, number)),
    }
    return Record((deal.created_on,), lambda day: row)


def _field_history(company: Company) -> list[Record]:
    records: list[Record] = []
    for deal in company.opportunities:
        for change in deal.changes:
            records.append(_field_change(len(records), deal, change.on, change.field, change.old, change.new))
    return records


def _field_change(number: int, deal: Opportunity, on: date, field: str, old: str, new: str) -> Record:
    row = {
        "Id": salesforce_id("OpportunityFieldHistory", 40_000 + number * 2),
        "OpportunityId": opportunity_id(deal),
        "Field": field,
        "OldValue": old,
        "NewValue": new,
        "CreatedById": user_id(deal.owner),
        "CreatedDate": timestamp(time_of_day(on, number)),
    }
    return Record((on,), lambda day: row)


def _contract(contract: Contract) -> Record:
    months = None
    if contract.ends_on is not None:
        months = round((plus(contract.ends_on, 1) - contract.starts_on).days / 30.4375)
    row = {
        "Id": contract_id(contract),
        "IsDeleted": "false",
        "AccountId": contract.account.account_id,
        "ContractNumber": f"{contract.key + 1:08d}",
        "Status": "Activated",
        "StartDate": text(contract.starts_on),
        "EndDate": text(contract.ends_on),
        "ContractTerm": "" if months is None else str(months),
        "CompanySignedDate": text(contract.signed_on),
        "SBQQ__Opportunity__c": opportunity_id(contract.opportunity),
        "SystemModstamp": timestamp(time_of_day(contract.signed_on, contract.key)),
    }
    return Record((contract.signed_on,), lambda day: row)


def _subscription(line: Line, end: date) -> Record:
    days = facts(line.signed_on, line.terminated_decided_on, line.deleted_on, until=end)

    def row(day: date) -> Row:
        known = seen(line.terminated_decided_on, day) is not None
        deleted = seen(line.deleted_on, day) is not None
        changed_on = max(known_day for known_day in days if known_day <= day)
        return {
            "Id": subscription_id(line),
            "IsDeleted": boolean(deleted),
            "SBQQ__Account__c": line.account.account_id,
            "SBQQ__Contract__c": contract_id(line.contract),
            "SBQQ__ProductName__c": line.product,
            "SBQQ__Quantity__c": str(line.quantity),
            "SBQQ__NetPrice__c": text(line.unit_price),
            "SBQQ__SubscriptionStartDate__c": text(line.starts_on),
            "SBQQ__SubscriptionEndDate__c": text(line.ends_on),
            "SBQQ__TerminatedDate__c": text(line.terminated_on) if known else "",
            "SBQQ__RenewalQuantity__c": str(line.quantity),
            "ARR__c": text(line.arr),
            "CurrencyIsoCode": line.currency,
            "Opportunity__c": opportunity_id(line.opportunity),
            "SystemModstamp": timestamp(time_of_day(changed_on, line.key)),
        }

    return Record(days, row)


def _handoff(handoff: Handoff) -> Record:
    at = timestamp(handoff.handed_off_at)
    row = {
        "Id": salesforce_id("Handoff__c", 500 + handoff.key * 2),
        "IsDeleted": "false",
        "Account__c": handoff.account.account_id,
        "Kind__c": handoff.kind,
        "Handed_Off_At__c": at,
        "From_User__c": user_id(handoff.sender),
        "To_User__c": user_id(handoff.receiver),
        "SystemModstamp": at,
        **{f"{name}__c": handoff.fields.get(name, "") for name in HANDOFF_TEXT_FIELDS},
    }
    return Record((handoff.handed_off_at.date(),), lambda day: row)


def _onboarding(onboarding: Onboarding, end: date) -> Record:
    days = facts(onboarding.signed_on, onboarding.kickoff_on, onboarding.go_live_on, onboarding.exited_on, until=end)

    def row(day: date) -> Row:
        kickoff_on, go_live_on = seen(onboarding.kickoff_on, day), seen(onboarding.go_live_on, day)
        exited_on = seen(onboarding.exited_on, day)
        changed_on = max(known_day for known_day in days if known_day <= day)
        status = "Planned" if kickoff_on is None else "In Progress" if go_live_on is None else "Live"
        if exited_on is not None:
            status = "Cancelled" if onboarding.cancelled else "Completed"
        return {
            "Id": onboarding_id(onboarding),
            "IsDeleted": "false",
            "Account__c": onboarding.account.account_id,
            "Contract_Signed_Date__c": text(onboarding.signed_on),
            "Kickoff_Date__c": text(kickoff_on),
            "Go_Live_Date__c": text(go_live_on),
            "Planned_Go_Live_Date__c": text(onboarding.planned_go_live_on),
            "Exited_Date__c": text(exited_on),
            "OwnerId": user_id(onboarding.owner),
            "Status__c": status,
            "Configuration__c": onboarding.configuration,
            "Planned_Hours__c": text(onboarding.planned_hours),
            "Services_Fee__c": text(onboarding.services_fee),
            "CSAT_At_Go_Live__c": text(onboarding.csat_at_go_live) if go_live_on else "",
            "NPS_At_Completion__c": ""
            if exited_on is None or onboarding.nps_at_completion is None
            else str(onboarding.nps_at_completion),
            "SystemModstamp": timestamp(time_of_day(changed_on, onboarding.key)),
        }

    return Record(days, row)


def _holds(company: Company) -> list[Record]:
    end = company.parameters.ends_on
    return [_hold(hold, end) for onboarding in company.onboardings for hold in onboarding.holds]


def _hold(hold: Hold, end: date) -> Record:
    def row(day: date) -> Row:
        to_on = seen(hold.to_on, day)
        return {
            "Id": salesforce_id("Hold__c", 300 + hold.key),
            "IsDeleted": "false",
            "Onboarding__c": onboarding_id(hold.onboarding),
            "From_Date__c": text(hold.from_on),
            "To_Date__c": text(to_on),
            "Party__c": hold.party,
            "Reason__c": hold.reason,
            "SystemModstamp": timestamp(time_of_day(to_on or hold.from_on, hold.key)),
        }

    return Record(facts(hold.from_on, hold.to_on, until=end), row)


def _milestones(company: Company) -> list[Record]:
    end = company.parameters.ends_on
    return [_milestone(milestone, end) for onboarding in company.onboardings for milestone in onboarding.milestones]


def _milestone(milestone: Milestone, end: date) -> Record:
    signed_on = milestone.onboarding.signed_on

    def row(day: date) -> Row:
        achieved_on = seen(milestone.achieved_on, day)
        flag = milestone.is_first_value
        return {
            "Id": salesforce_id("Milestone__c", 5_000 + milestone.key),
            "IsDeleted": "false",
            "Onboarding__c": onboarding_id(milestone.onboarding),
            "Name": milestone.name,
            "Kind__c": milestone.kind,
            "Due_Date__c": text(milestone.due_on),
            "Achieved_Date__c": text(achieved_on),
            "Is_First_Value__c": "" if flag is None else boolean(flag),
            "SystemModstamp": timestamp(time_of_day(achieved_on or signed_on, milestone.key)),
        }

    return Record(facts(signed_on, milestone.achieved_on, until=end), row)


def _events(company: Company) -> list[Record]:
    ordered = sorted(company.meetings, key=lambda one: (one.held_at, one.account.key, one.contact.key))
    return [_event(number, meeting) for number, meeting in enumerate(ordered)]


def _event(number: int, meeting: Meeting) -> Record:
    at = timestamp(meeting.held_at)
    row = {
        "Id": salesforce_id("Event", 80_000 + number * 3),
        "IsDeleted": "false",
        "AccountId": meeting.account.account_id,
        "WhoId": contact_id(meeting.contact),
        "OwnerId": user_id(meeting.person),
        "Subject": f"{meeting.kind} with {meeting.account.name}",
        "Type": meeting.kind,
        "StartDateTime": at,
        "DurationInMinutes": str(meeting.minutes),
        "Attended__c": boolean(meeting.attended),
        "SystemModstamp": at,
    }
    return Record((meeting.held_at.date(),), lambda day: row)
