"""A restatement in words: how far each cause moved the number, and what the cause consists of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from orchestration.lib.ledger.history import by_cause, shortest

# Things of one kind that are written out; the rest is counted.
SHOWN = 5
NOTHING = "–"


def explanation(row: Mapping[str, Any]) -> Iterator[str]:
    """Lines about one row of `history` that is a restatement."""
    moved = row["difference"]
    yield (
        f"{row['metric_time']} {row['slice'] if row['slice'] != '{}' else 'in total'}: "
        f"{_text(row['previous_value'])} → {_text(row['value'])}"
        f"{f' ({_signed(moved)})' if moved is not None else ''}, restated by build {row['build_id']}"
    )
    sums = by_cause(row["parts"])
    width = max((len(cause) for cause in sums), default=0)
    for cause, part in sums.items():
        yield f"  {cause:<{width}}  {_signed(part) if part is not None else _steps(row['parts'], cause)}"
        for finding in row["findings"]:
            if finding["cause"] in cause.split(" and "):
                yield from _finding(finding)


def _finding(finding: Mapping[str, Any]) -> Iterator[str]:
    count = finding["count"]
    yield f"    {finding['object']}: {count} {'thing' if count == 1 else 'things'} differ{'s' if count == 1 else ''}"
    for item in finding["items"][:SHOWN]:
        yield f"      {_item(item)}"
    hidden = max(count, len(finding["items"])) - SHOWN
    if hidden > 0:
        yield f"      … and {hidden} more"
    for line in finding.get("diff", ()):
        yield f"      {line}"


def _item(item: Mapping[str, Any]) -> str:
    """One thing: where it stands, what it is, what differs."""
    words = []
    if item.get("file"):
        place = f"{item['source']} {item['file']}"
        words.append(place if item.get("row") is None else f"{place} row {item['row']}")
    words += [f"{name} {value}" for name, value in (item.get("record") or {}).items()]
    for name, value in item.items():
        if name in ("file", "row", "record", "columns", "load_id", "change", "parent") or value is None:
            continue
        if not (name == "source" and item.get("file")):
            words.append(str(value) if name in ("name", "reason") else f"{name} {value}")
    if item.get("change") in ("added", "withdrawn"):
        words.append(item["change"])
    changes = {**(item.get("columns") or {}), **({"parent": item["parent"]} if "parent" in item else {})}
    differing = [f"{name} {_cell(pair[0])} → {_cell(pair[1])}" for name, pair in changes.items() if pair[0] != pair[1]]
    return ", ".join(words) + (f": {', '.join(differing)}" if differing else "")


def _steps(parts: list[Mapping[str, Any]], cause: str) -> str:
    """For a number that came or went: from what to what."""
    return ", ".join(f"{_text(part['before'])} → {_text(part['after'])}" for part in parts if part["cause"] == cause)


def _text(number: Decimal | None) -> str:
    return NOTHING if number is None else shortest(number)


def _signed(number: Decimal) -> str:
    return f"{'+' if number > 0 else ''}{shortest(number)}"


def _cell(value: Any) -> str:
    return NOTHING if value is None else str(value)
