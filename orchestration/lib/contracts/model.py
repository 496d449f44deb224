"""The shape of a contract file."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

ColumnType = Literal[
    "id",
    "text",
    "date",
    "timestamp",
    "unix",
    "decimal",
    "integer",
    "boolean",
    "email",
    "currency",
]
FileFormat = Literal["csv", "jsonl", "parquet"]

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(_Strict):
    """One declared column.

    ``path`` is the dotted path of the value inside a JSON record (default: the column's own name).
    ``clock`` says whether the date counts towards the default ``as_of``: ``event`` always,
    ``term`` (an agreed end of service) only for a company that connects nothing but contracts.
    ``personal`` marks personal data: of staff, of a customer's contact, or possibly inside free text.
    """

    type: ColumnType
    required: bool = False
    allowed: tuple[str, ...] | None = None
    min: Decimal | None = None
    max: Decimal | None = None
    path: str | None = None
    clock: Literal["event", "term"] | None = None
    personal: Literal["staff", "contact", "free_text"] | None = None
    description: str | None = None

    @model_validator(mode="after")
    def _bounds_need_a_number(self) -> Column:
        if (self.min is not None or self.max is not None) and self.type not in ("decimal", "integer"):
            raise ValueError("min and max apply to decimal and integer columns only")
        if self.clock and self.type not in ("date", "timestamp", "unix"):
            raise ValueError("clock applies to date, timestamp and unix columns only")
        return self


class RejectRule(_Strict):
    """A row for which ``when`` holds is quarantined with ``reason``, naming ``column``.

    ``when`` is a SQL condition over the object's columns, each already cast to its declared type.
    """

    reason: str = Field(pattern=r"^[a-z_]+$")
    column: str
    when: str


class ObjectContract(_Strict):
    """One object of a connector: columns, key, version and what makes a row unacceptable.

    ``key`` identifies a record; ``version`` names the column whose value orders the record's versions.
    ``parent`` names the column that holds the key of the record above this one in a hierarchy.
    ``product`` names the column that holds the product that is sold.
    ``one_of`` lists groups of columns of which a file must have at least one.
    ``event_date`` is the business date of an event object; a row delivered more than
    ``late_after_days`` after it is counted as late.
    ``expected_every_days``: without a newer business date for that long, the source reads as stale.
    ``keeps_history``: every version of a record is read, not only the one that counts today.
    ``unused``: why a row that is current may stand behind no fact.
    """

    description: str
    key: tuple[str, ...] = Field(min_length=1)
    columns: dict[str, Column]
    canonical: str | None = None
    version: str | None = None
    event_date: str | None = None
    late_after_days: int = Field(default=95, ge=1)
    expected_every_days: int | None = Field(default=None, ge=1)
    parent: str | None = None
    keeps_history: bool = False
    unused: str | None = None
    product: str | None = None
    one_of: tuple[tuple[str, ...], ...] = ()
    rejects: tuple[RejectRule, ...] = ()

    @model_validator(mode="after")
    def _names_exist(self) -> ObjectContract:
        named = [*self.key, *(column for group in self.one_of for column in group)]
        named += [rule.column for rule in self.rejects]
        named += [optional for optional in (self.version, self.event_date, self.parent, self.product) if optional]
        unknown = sorted({name for name in named if name not in self.columns})
        if unknown:
            raise ValueError(f"not among the columns: {', '.join(unknown)}")
        for name in self.columns:
            if not _IDENTIFIER.fullmatch(name) or name.startswith("_"):
                raise ValueError(f"column name {name!r} is not a plain identifier")
        if len({name.lower() for name in self.columns}) < len(self.columns):
            raise ValueError("two columns differ in case only")
        for moment in (self.version, self.event_date):
            if moment and self.columns[moment].type not in ("timestamp", "date", "unix"):
                raise ValueError(f"{moment} must be a date or a timestamp")
        return self

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(name for name, column in self.columns.items() if column.required)


class Connector(_Strict):
    """A connector's declaration: its objects and the file formats it reads.

    ``replace = object`` is for tables of which a file always states the whole content under one
    name, wherever it lies (policy tables).
    """

    connector: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    description: str
    formats: tuple[FileFormat, ...] = Field(min_length=1)
    replace: Literal["path", "object"] = "path"
    objects: dict[str, ObjectContract]

    @model_validator(mode="after")
    def _object_names(self) -> Connector:
        for name in self.objects:
            if not _IDENTIFIER.fullmatch(name):
                raise ValueError(f"object name {name!r} is not a plain identifier")
        return self

    @property
    def is_policy(self) -> bool:
        return self.replace == "object"

    @property
    def event_objects(self) -> tuple[str, ...]:
        """Objects of which there are too many rows to account for one by one: they are counted by file and day."""
        return tuple(name for name, contract in self.objects.items() if contract.canonical == "usage_events")
