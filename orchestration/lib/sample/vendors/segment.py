"""Segment: track calls as a storage destination writes them (source: segment.com/docs, "Spec: Track")."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from orchestration.lib.sample.chance import Chance
from orchestration.lib.sample.model import Company, UsageEvent
from orchestration.lib.sample.vendors.shape import ExportObject, Record, Row


def timestamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def export(company: Company) -> list[ExportObject]:
    """The ``track`` object: one call per usage event, in order of time."""
    chance = Chance(company.parameters.seed)
    ordered = sorted(
        company.usage_events, key=lambda one: (one.occurred_at, one.account.key, one.user, one.name, one.feature)
    )
    identities = chance.stream("message ids").hex(32 * len(ordered))
    devices: dict[str, str] = {}
    records = []
    for number, event in enumerate(ordered):
        user = f"usr_{event.account.key:05d}{event.user:02d}"
        if user not in devices:
            devices[user] = str(uuid.uuid5(uuid.NAMESPACE_URL, user))
        records.append(_track(event, user, devices[user], identities[32 * number : 32 * number + 32]))
    return [ExportObject("segment", "track", "messageId", tuple(records), event_field="timestamp")]


def _track(event: UsageEvent, user: str, device: str, identity: str) -> Record:
    at = event.occurred_at
    row: Row = {
        "messageId": f"ajs-next-{identity}",
        "type": "track",
        "event": event.name,
        "userId": user,
        "anonymousId": device,
        "timestamp": timestamp(at),
        "receivedAt": timestamp(at + timedelta(seconds=2)),
        "sentAt": timestamp(at + timedelta(seconds=1)),
        "originalTimestamp": timestamp(at),
        "channel": "client",
        "context": {"groupId": event.account.account_id, "library": {"name": "analytics.js", "version": "next-1.66.0"}},
        "properties": {"feature": event.feature} if event.feature else {},
        "version": 2,
    }
    return Record((at.date(),), lambda day: row)
