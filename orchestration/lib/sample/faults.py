"""Faults planted in the exports, and the list of them.

Each one is an extra row that must be refused, or a row that also arrives properly, so none changes the right answers.
The names are the quarantine's reasons, and ``duplicate`` and ``late``, which are no reason to refuse a row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from orchestration.lib.sample.chance import Chance, Stream
from orchestration.lib.sample.days import plus
from orchestration.lib.sample.ids import salesforce_id
from orchestration.lib.sample.parameters import Parameters
from orchestration.lib.sample.phrases import UNKNOWN_CLIENT_MARK
from orchestration.lib.sample.vendors.shape import ExportObject, Row

#: Far above the numbers of real records, so that a planted row never meets one.
FIRST_PLANTED_NUMBER = 9_000_000
#: One fault of a kind per this many rows of its object, and at least one.
ROWS_PER_FAULT = 6_000


@dataclass
class Item:
    """A row of a file, or a line of text that stands for a damaged one. ``fault`` is why it will not be loaded."""

    row: Row
    fault: str | None = None
    text: str | None = None


@dataclass
class Parcel:
    """The rows of one object in one delivery. ``is_cut``: the last line ends in the middle."""

    export: ExportObject
    delivered_on: date
    items: list[Item]
    encoding: str = "utf-8"
    is_cut: bool = False


@dataclass
class Shipment:
    """All parcels of a company, in order of delivery, and what was planted: rows by (object, fault)."""

    parcels: list[Parcel]
    planted: dict[tuple[str, str], int] = field(default_factory=dict)

    def note(self, parcel: Parcel, fault: str, rows: int = 1) -> None:
        key = (parcel.export.name, fault)
        self.planted[key] = self.planted.get(key, 0) + rows

    def of(self, name: str) -> list[Parcel]:
        return [parcel for parcel in self.parcels if parcel.export.name == name and parcel.encoding == "utf-8"]

    def rows_of(self, name: str) -> int:
        return sum(len(parcel.items) for parcel in self.of(name))


def plant(shipment: Shipment, parameters: Parameters) -> None:
    """Plant every fault that the company is large enough for, then count the late rows as a loader will."""
    if parameters.faults:
        gardener = _Gardener(shipment, parameters)
        gardener.late_rows()
        gardener.cut_lines()
        gardener.extra_rows()
        gardener.conflicts()
        gardener.repeats()
        gardener.latin_1_file()
    _count_late(shipment, parameters)
    _count_unknown_clients(shipment)


def _count_unknown_clients(shipment: Shipment) -> None:
    """Time on clients that match no account is real time: its hours count, its account stays unknown."""
    for parcel in shipment.of("time_entries"):
        for item in parcel.items:
            if item.fault is None and item.row["client"]["name"].endswith(UNKNOWN_CLIENT_MARK):
                shipment.note(parcel, "unknown_account")


def _count_late(shipment: Shipment, parameters: Parameters) -> None:
    for parcel in shipment.parcels:
        if parcel.export.event_field is None:
            continue
        oldest = plus(parcel.delivered_on, -parameters.late_after_days)
        late = sum(
            1 for item in parcel.items if item.fault in (None, "unknown_account") and event_day(parcel, item) < oldest
        )
        if late:
            shipment.note(parcel, "late", late)


def event_day(parcel: Parcel, item: Item) -> date:
    """The day that dates an event row, whatever the vendor's notation."""
    value = item.row[parcel.export.event_field or ""]
    return datetime.fromtimestamp(value, UTC).date() if isinstance(value, int) else date.fromisoformat(value[:10])


class _Gardener:
    def __init__(self, shipment: Shipment, parameters: Parameters) -> None:
        self._shipment = shipment
        self._parameters = parameters
        self._chance = Chance(parameters.seed)
        self._number = FIRST_PLANTED_NUMBER
        self._used: set[int] = set()

    # -- picking

    def _times(self, name: str) -> int:
        rows = self._shipment.rows_of(name)
        return 0 if rows == 0 else 1 + rows // ROWS_PER_FAULT

    def _parcel(self, name: str, stream: Stream, last: int | None = None) -> Parcel | None:
        """A parcel of the object with something in it; ``last=-1`` leaves out the last delivery."""
        parcels = [parcel for parcel in self._shipment.of(name)[:last] if parcel.items]
        return stream.pick(parcels) if parcels else None

    def _item(self, parcel: Parcel, stream: Stream) -> Item | None:
        """A proper row that no other fault touches."""
        free = [item for item in parcel.items if item.fault is None and id(item) not in self._used]
        if not free:
            return None
        item = stream.pick(free)
        self._used.add(id(item))
        return item

    def _next_number(self) -> int:
        self._number += 1
        return self._number

    def _insert(self, parcel: Parcel, item: Item, stream: Stream, after: int = 0) -> None:
        """Put an item somewhere into the file, before a cut last line."""
        end = len(parcel.items) - (1 if parcel.is_cut else 0)
        parcel.items.insert(stream.whole(min(after, end), end), item)

    # -- late, cut, repeated

    def late_rows(self) -> None:
        """Rows of one quarter that come with a later delivery."""
        for name in ("track", "time_entries", "Event", "survey_responses"):
            stream = self._chance.stream("late", name)
            parcels = self._shipment.of(name)
            for _ in range(self._times(name) * 4):
                if len(parcels) < 2:
                    break
                place = stream.whole(0, len(parcels) - 2)
                source = parcels[place]
                target = parcels[min(place + stream.whole(1, 2), len(parcels) - 1)]
                before = plus(target.delivered_on, -self._parameters.late_after_days)
                old = [item for item in source.items if id(item) not in self._used and event_day(source, item) < before]
                if old and len(source.items) > 1:
                    item = stream.pick(old)
                    self._used.add(id(item))
                    source.items.remove(item)
                    self._insert(target, item, stream)

    def cut_lines(self) -> None:
        """Files whose transfer broke off inside the last row; that row comes again with the next delivery."""
        for name in ("Milestone__c", "track"):
            stream = self._chance.stream("cut", name)
            parcels = self._shipment.of(name)
            if len(parcels) < 2:
                continue
            place = stream.whole(0, len(parcels) - 2)
            parcel = parcels[place]
            last = parcel.items[-1]
            if id(last) in self._used or len(parcel.items) < 2:
                continue
            self._used.add(id(last))
            parcels[place + 1].items.insert(0, last)
            parcel.items[-1] = Item(last.row, "truncated_line")
            parcel.is_cut = True
            self._shipment.note(parcel, "truncated_line")

    def repeats(self) -> None:
        """The same row twice in a file, and again in a later file."""
        for name in ("Account", "Contact", "SBQQ__Subscription__c", "Event", "track", "time_entries", "tickets"):
            stream = self._chance.stream("repeat", name)
            parcels = self._shipment.of(name)
            for _ in range(self._times(name) * 2):
                parcel = self._parcel(name, stream)
                item = self._item(parcel, stream) if parcel else None
                if parcel is None or item is None:
                    continue
                place = parcels.index(parcel)
                target = parcel if place == len(parcels) - 1 or stream.happens(0.5) else parcels[place + 1]
                after = parcel.items.index(item) + 1 if target is parcel else 0
                self._insert(target, Item(item.row, "duplicate"), stream, after)
                self._shipment.note(target, "duplicate")

    def conflicts(self) -> None:
        """A record a second time in the same file and of the same version, saying something else."""
        for name, changed, value in (
            ("track", "event", "Signed Out"),
            ("OpportunityFieldHistory", "NewValue", "Closed Unknown"),
            ("time_entries", "billable", None),
            ("SBQQ__Subscription__c", "SBQQ__Quantity__c", "99999"),
        ):
            stream = self._chance.stream("conflict", name)
            parcel = self._parcel(name, stream)
            item = self._item(parcel, stream) if parcel else None
            if parcel is None or item is None:
                continue
            other = {**item.row, changed: not item.row[changed] if value is None else value}
            self._insert(parcel, Item(other, "conflicting_duplicate"), stream, parcel.items.index(item) + 1)
            self._shipment.note(parcel, "conflicting_duplicate")

    # -- rows that are wrong in themselves

    def extra_rows(self) -> None:
        for name, fault, spoil in _SPOILED:
            stream = self._chance.stream("extra", name, fault)
            for _ in range(self._times(name)):
                parcel = self._parcel(name, stream)
                if parcel is None:
                    continue
                models = [item for item in parcel.items if item.fault is None]
                if not models:
                    continue
                model = stream.pick(models)
                row = {**model.row, parcel.export.key: self._fresh_key(parcel.export, model.row, stream)}
                self._insert(parcel, Item({**row, **spoil(row)}, fault), stream)
                self._shipment.note(parcel, fault)

    def _fresh_key(self, export: ExportObject, row: Row, stream: Stream) -> str | int:
        number = self._next_number()
        if export.connector == "salesforce":
            return salesforce_id(export.name, number)
        if export.connector == "segment":
            return f"ajs-next-{stream.hex(32)}"
        return number + 3_000_000_000 if isinstance(row[export.key], int) else str(number)

    def latin_1_file(self) -> None:
        """One contact with an accent, exported by hand in Latin-1 some days before the regular delivery brings it."""
        parcels = self._shipment.of("Contact")
        for parcel in parcels:
            accented = [
                item
                for item in parcel.items
                if item.fault is None
                and not (item.row["FirstName"] + item.row["LastName"]).isascii()
                and _fits_latin_1(item.row)
            ]
            if accented:
                early = Parcel(
                    parcel.export, plus(parcel.delivered_on, -1), [Item(accented[0].row, "wrong_encoding")], "latin-1"
                )
                self._shipment.parcels.insert(self._shipment.parcels.index(parcel), early)
                self._shipment.note(early, "wrong_encoding")
                return


def _fits_latin_1(row: Row) -> bool:
    text = "".join(str(value) for value in row.values())
    return all(ord(character) < 256 for character in text)


Spoil = Callable[[Row], Row]

#: Object, fault, and the fields that make a copy of a proper row faulty. An extra field is written under ``None``.
_SPOILED: tuple[tuple[str, str, Spoil], ...] = (
    ("SBQQ__Subscription__c", "bad_type", lambda row: {"ARR__c": "12.000,00"}),
    ("Onboarding__c", "bad_type", lambda row: {"Kickoff_Date__c": "31/02/2025"}),
    ("time_entries", "bad_type", lambda row: {"hours": "two"}),
    ("track", "bad_type", lambda row: {"timestamp": "yesterday", "originalTimestamp": "yesterday"}),
    ("Contact", "missing_value", lambda row: {"AccountId": ""}),
    ("track", "missing_value", lambda row: {"event": None}),
    ("Opportunity", "not_allowed", lambda row: {"Type": "Upsell"}),
    ("survey_responses", "not_allowed", lambda row: {"score": 11}),
    ("Contact", "too_many_fields", lambda row: {None: "Europe"}),
    ("SBQQ__Subscription__c", "end_before_start", lambda row: {"SBQQ__SubscriptionEndDate__c": "2001-01-01"}),
    ("Hold__c", "end_before_start", lambda row: {"To_Date__c": "2001-01-01"}),
    ("ticket_metrics", "end_before_start", lambda row: {"solved_at": "2001-01-01T09:00:00Z"}),
    ("time_entries", "negative_duration", lambda row: {"hours": -1.5}),
    ("Event", "negative_duration", lambda row: {"DurationInMinutes": "-30"}),
    ("SBQQ__Subscription__c", "negative_amount", lambda row: {"ARR__c": "-1200.00"}),
    ("SBQQ__Subscription__c", "unknown_account", lambda row: {"SBQQ__Account__c": salesforce_id("Account", 7_777_777)}),
    (
        "track",
        "unknown_account",
        lambda row: {"context": {**row["context"], "groupId": salesforce_id("Account", 7_777_778)}},
    ),
    ("tickets", "unknown_account", lambda row: {"organization_id": 360_999_999_999}),
    (
        "survey_responses",
        "unknown_account",
        lambda row: {
            "person_properties": {**row["person_properties"], "account_id": salesforce_id("Account", 7_777_779)}
        },
    ),
    ("Milestone__c", "unknown_onboarding", lambda row: {"Onboarding__c": salesforce_id("Onboarding__c", 7_777_777)}),
)
