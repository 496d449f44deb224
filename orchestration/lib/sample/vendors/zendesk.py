"""Zendesk Support: tickets, ticket metrics, organizations (source: developer.zendesk.com, Ticketing API)."""

from __future__ import annotations

from datetime import date, datetime

from orchestration.lib.sample.model import Account, Company, Ticket
from orchestration.lib.sample.vendors.shape import ExportObject, Record, Row, facts, time_of_day


def timestamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def organization_id(account: Account) -> int:
    return 360_001_000_000 + account.key * 31


def export(company: Company) -> list[ExportObject]:
    """Organizations of the customers, and their tickets with the times of each."""
    end = company.parameters.ends_on
    customers = [account for account in company.accounts if account.is_customer and account.signed_on is not None]
    ordered = sorted(enumerate(company.tickets), key=lambda pair: (pair[1].opened_at, pair[1].account.key, pair[0]))
    tickets = [(number, ticket) for number, (_, ticket) in enumerate(ordered)]
    return [
        ExportObject("zendesk", "organizations", "id", tuple(_organization(account) for account in customers)),
        ExportObject(
            "zendesk",
            "tickets",
            "id",
            tuple(_ticket(number, ticket, end) for number, ticket in tickets),
            event_field="created_at",
        ),
        ExportObject(
            "zendesk", "ticket_metrics", "id", tuple(_metrics(number, ticket, end) for number, ticket in tickets)
        ),
    ]


def _organization(account: Account) -> Record:
    day = account.signed_on or account.created_on
    at = timestamp(time_of_day(day, account.key))
    row: Row = {
        "id": organization_id(account),
        "name": account.name,
        "external_id": account.account_id,
        "created_at": at,
        "updated_at": at,
    }
    return Record((day,), lambda day: row)


def _days(ticket: Ticket, end: date) -> tuple[date, ...]:
    return facts(ticket.opened_at.date(), ticket.solved_at.date() if ticket.solved_at else None, until=end)


def _solved(ticket: Ticket, day: date) -> datetime | None:
    return ticket.solved_at if ticket.solved_at is not None and ticket.solved_at.date() <= day else None


def _ticket(number: int, ticket: Ticket, end: date) -> Record:
    def row(day: date) -> Row:
        solved_at = _solved(ticket, day)
        return {
            "id": 20_000 + number,
            "organization_id": organization_id(ticket.account),
            "subject": ticket.subject,
            "priority": ticket.priority,
            "status": "solved" if solved_at else "open",
            "created_at": timestamp(ticket.opened_at),
            "updated_at": timestamp(solved_at or ticket.opened_at),
        }

    return Record(_days(ticket, end), row)


def _metrics(number: int, ticket: Ticket, end: date) -> Record:
    def row(day: date) -> Row:
        solved_at = _solved(ticket, day)
        return {
            "id": 7_400_000 + number,
            "ticket_id": 20_000 + number,
            "reopens": 0,
            "created_at": timestamp(ticket.opened_at),
            "solved_at": timestamp(solved_at) if solved_at else None,
            "updated_at": timestamp(solved_at or ticket.opened_at),
        }

    return Record(_days(ticket, end), row)
