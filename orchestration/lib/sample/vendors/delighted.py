"""Delighted: survey responses with Unix times (source: app.delighted.com/docs/api, Listing survey responses)."""

from __future__ import annotations

from datetime import UTC

from orchestration.lib.sample.model import Company, Survey
from orchestration.lib.sample.vendors.shape import ExportObject, Record, Row


def export(company: Company) -> list[ExportObject]:
    """The ``survey_responses`` object; ``person_properties`` carries the account id of the CRM."""
    ordered = sorted(enumerate(company.surveys), key=lambda pair: (pair[1].responded_at, pair[1].account.key, pair[0]))
    records = [_response(number, survey) for number, (_, survey) in enumerate(ordered)]
    return [ExportObject("delighted", "survey_responses", "id", tuple(records), event_field="created_at")]


def _response(number: int, survey: Survey) -> Record:
    at = int(survey.responded_at.replace(tzinfo=UTC).timestamp())
    row: Row = {
        "id": str(910_000_000 + number * 7),
        "person": str(620_000_000 + survey.contact.key * 3),
        "survey_type": survey.kind,
        "score": survey.score,
        "comment": survey.comment or None,
        "permalink": None,
        "created_at": at,
        "updated_at": at,
        "person_properties": {"account_id": survey.account.account_id, "purpose": survey.purpose},
        "notes": [],
        "tags": [],
    }
    return Record((survey.responded_at.date(),), lambda day: row)
