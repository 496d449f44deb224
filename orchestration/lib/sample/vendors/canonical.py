"""Canonical files: what no system of the sample company keeps, as CSV under the names of the canonical objects."""

from __future__ import annotations

from datetime import date

from orchestration.lib.sample.model import Company, Feedback, Outcome, Reference
from orchestration.lib.sample.vendors.salesforce import contact_id
from orchestration.lib.sample.vendors.shape import ExportObject, Record, Row, facts, seen

FEEDBACK = ("feedback_id", "account_id", "received_on", "product_area", "sentiment", "status", "summary")
REFERENCES = ("reference_id", "account_id", "stage", "kind", "since_on", "ended_on")
SUCCESS_PLANS = (
    "success_plan_id",
    "account_id",
    "horizon",
    "outcome",
    "owner_email",
    "customer_owner_contact_id",
    "agreed_on",
    "due_on",
    "attained_on",
)


def export(company: Company) -> list[ExportObject]:
    """Feedback, references and success plans; account and contact ids are the CRM's."""
    end = company.parameters.ends_on
    return [
        ExportObject(
            "canonical",
            "feedback",
            "feedback_id",
            tuple(_feedback(one) for one in company.feedback),
            FEEDBACK,
            event_field="received_on",
        ),
        ExportObject(
            "canonical",
            "references",
            "reference_id",
            tuple(_reference(one, end) for one in company.references),
            REFERENCES,
        ),
        ExportObject(
            "canonical",
            "success_plans",
            "success_plan_id",
            tuple(_outcome(one, end) for one in company.outcomes),
            SUCCESS_PLANS,
        ),
    ]


def _text(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _feedback(feedback: Feedback) -> Record:
    row: Row = {
        "feedback_id": f"FB-{feedback.key + 1:05d}",
        "account_id": feedback.account.account_id,
        "received_on": _text(feedback.received_on),
        "product_area": feedback.product_area,
        "sentiment": feedback.sentiment or "",
        "status": feedback.status,
        "summary": feedback.summary,
    }
    return Record((feedback.received_on,), lambda day: row)


def _reference(reference: Reference, end: date) -> Record:
    def row(day: date) -> Row:
        return {
            "reference_id": f"RF-{reference.key + 1:05d}",
            "account_id": reference.account.account_id,
            "stage": reference.stage,
            "kind": reference.kind or "",
            "since_on": _text(reference.since_on),
            "ended_on": _text(seen(reference.ended_on, day)),
        }

    return Record(_from_the_start(reference.since_on, reference.ended_on, end), row)


def _outcome(outcome: Outcome, end: date) -> Record:
    def row(day: date) -> Row:
        return {
            "success_plan_id": f"SP-{outcome.key + 1:05d}",
            "account_id": outcome.account.account_id,
            "horizon": outcome.horizon,
            "outcome": outcome.text,
            "owner_email": "" if outcome.owner is None else outcome.owner.email,
            "customer_owner_contact_id": "" if outcome.contact is None else contact_id(outcome.contact),
            "agreed_on": _text(outcome.agreed_on),
            "due_on": _text(outcome.due_on),
            "attained_on": _text(seen(outcome.attained_on, day)),
        }

    return Record(_from_the_start(outcome.agreed_on, outcome.attained_on, end), row)


def _from_the_start(begun_on: date, changed_on: date | None, end: date) -> tuple[date, ...]:
    """The days on which the record began and changed, none while it has not begun."""
    return facts(begun_on, changed_on, until=end) if begun_on <= end else ()
