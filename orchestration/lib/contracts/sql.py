"""SQL of the types that contracts declare: one definition for the loader, the checks and the parameters.

Each expression yields null for a value that does not have its type; the text itself stays as it arrived.
The session's time zone must be UTC.
"""

from __future__ import annotations

from orchestration.lib.contracts.model import Column, ColumnType

# Earlier dates are typing errors (0024 for 2024); one of them would stretch every calendar by centuries.
_FIRST_DAY = "date '1900-01-01'"

_PLAIN_DECIMAL = r"[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)"
_PLAIN_INTEGER = r"[+-]?[0-9]+([.]0+)?"
_ISO_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
# Spreadsheets and data frames write a date as its midnight; any other time of day would be lost, so it is refused.
_ISO_DAY = _ISO_DATE + r"([T ]00:00(:00([.]0+)?)?(Z|[+]00:?00)?)?"
_ISO_TIMESTAMP = _ISO_DATE + r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)? ?(Z|z|[+-][0-9]{2}(:?[0-9]{2})?)?)?"
_EPOCH_SECONDS = r"[0-9]{1,11}([.][0-9]{1,6})?"

TYPE_WORDS: dict[ColumnType, str] = {
    "id": "an id",
    "text": "text",
    "date": "a date; write it as YYYY-MM-DD",
    "timestamp": "a time; write it as YYYY-MM-DDTHH:MM:SSZ",
    "unix": "a number of seconds since 1970-01-01",
    "decimal": "a number; write it like 1234.56, without separators for thousands or signs of currency",
    "integer": "a whole number",
    "boolean": "true or false (1, 0, yes and no are understood too)",
    "email": "an e-mail address",
    "currency": "a currency; write its three letters, like USD",
}


SQL_TYPES: dict[ColumnType, str] = {
    "id": "varchar",
    "text": "varchar",
    "date": "date",
    "timestamp": "timestamp",
    "unix": "timestamp",
    "decimal": "decimal(28, 6)",
    "integer": "bigint",
    "boolean": "boolean",
    "email": "varchar",
    "currency": "varchar",
}


def identifier(name: str) -> str:
    """``name`` quoted as a SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """``text`` quoted as a SQL string."""
    return "'" + text.replace("'", "''") + "'"


def typed(expression: str, kind: ColumnType) -> str:
    """SQL of the text ``expression`` cast to a declared type; null when it does not fit."""
    value = f"trim({expression})"
    match kind:
        case "id" | "text":
            return value
        case "email":
            return f"case when regexp_full_match({value}, '[^@\\s]+@[^@\\s]+') then lower({value}) end"
        case "currency":
            return f"case when regexp_full_match({value}, '[A-Za-z]{{3}}') then upper({value}) end"
        case "boolean":
            return (
                f"case when lower({value}) in ('true', 'yes', '1') then true "
                f"when lower({value}) in ('false', 'no', '0') then false end"
            )
        case "decimal":
            return (
                f"case when regexp_full_match({value}, '{_PLAIN_DECIMAL}') then try_cast({value} as decimal(28, 6)) end"
            )
        case "integer":
            return f"case when regexp_full_match({value}, '{_PLAIN_INTEGER}') then try_cast({value} as bigint) end"
        case "date":
            cast = f"try_cast({value} as date)"
            return f"case when regexp_full_match({value}, '{_ISO_DAY}') and {cast} >= {_FIRST_DAY} then {cast} end"
        case "timestamp":
            cast = f"timezone('UTC', try_cast({value} as timestamptz))"
            return (
                f"case when regexp_full_match({value}, '{_ISO_TIMESTAMP}') and {cast} >= {_FIRST_DAY} then {cast} end"
            )
        case "unix":
            cast = f"make_timestamp(cast(try_cast({value} as decimal(28, 6)) * 1000000 as bigint))"
            return f"case when regexp_full_match({value}, '{_EPOCH_SECONDS}') then {cast} end"


def typed_column(name: str, column: Column) -> str:
    """SQL of a declared column cast to its type."""
    return typed(identifier(name), column.type)
