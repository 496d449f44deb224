"""Generates the tables of ``docs/connect.md`` from the contracts, so that they cannot go stale.

``python -m orchestration.lib.contracts.docs`` rewrites what stands between the page's markers
(``<!-- contracts: <part> -->`` … ``<!-- end -->``); ``--check`` writes nothing and exits 1 when it differs.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path

from orchestration.lib.contracts.load import load_connectors
from orchestration.lib.contracts.model import Column, Connector, ObjectContract

_PART = re.compile(r"(<!-- contracts: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def page() -> Path:
    """The page in this checkout."""
    return Path(__file__).resolve().parents[3] / "docs" / "connect.md"


def fill(text: str) -> str:
    """``text`` with the content between its markers replaced. Raises KeyError for an unknown part."""
    return _PART.sub(lambda match: f"{match[1]}{_PARTS[match[2]]()}{match[3]}", text)


def _canonical() -> str:
    sections = []
    for name, contract in load_connectors()["canonical"].objects.items():
        rows = [
            f"| `{column_name}`{'*' if column.required else ''} | {column.type} | {_words(column)} |"
            for column_name, column in contract.columns.items()
        ]
        sections.append(
            f"### `{name}`\n\n{contract.description.strip()} {_key(contract)}\n\n"
            + "\n".join(["| column | type | |", "|---|---|---|", *rows])
            + "\n"
        )
    return "\n" + "\n".join(sections) + "\n"


def _key(contract: ObjectContract) -> str:
    columns = ", ".join(f"`{name}`" for name in contract.key)
    groups = [" or ".join(f"`{name}`" for name in group) for group in contract.one_of]
    needed = "".join(f" One of {group} is required." for group in groups)
    return f"A record is known by {columns}.{needed}"


def _words(column: Column) -> str:
    words = [column.description.strip()] if column.description else []
    if column.allowed:
        words.append("One of " + ", ".join(f"`{value}`" for value in column.allowed) + ".")
    if column.min is not None and column.max is not None:
        words.append(f"From {column.min} to {column.max}.")
    elif column.min is not None:
        words.append(f"At least {column.min}.")
    elif column.max is not None:
        words.append(f"At most {column.max}.")
    return " ".join(words)


def _vendors() -> str:
    rows = []
    for name, connector in load_connectors().items():
        if connector.is_policy or name == "canonical":
            continue
        rows.append(
            f"\n### {connector.title} (`{name}`)\n\n{' '.join(connector.description.split())}\n\n" + _objects(connector)
        )
    return "".join(rows) + "\n"


def _objects(connector: Connector) -> str:
    rows = ["| object | feeds | required columns |", "|---|---|---|"]
    for name, contract in connector.objects.items():
        required = ", ".join(_vendor_column(column, contract) for column in contract.required)
        rows.append(f"| `{name}` | {contract.canonical or '–'} | {required} |")
    return "\n".join(rows) + "\n"


def _vendor_column(name: str, contract: ObjectContract) -> str:
    return f"`{contract.columns[name].path or name}`"


def _policy() -> str:
    rows = ["\n| file | columns | |", "|---|---|---|"]
    for name, contract in load_connectors()["policy"].objects.items():
        columns = ", ".join(
            f"`{column}`{'*' if contract.columns[column].required else ''}" for column in contract.columns
        )
        rows.append(f"| `{name}.csv` | {columns} | {contract.description.strip()} |")
    return "\n".join(rows) + "\n\n"


_PARTS: dict[str, Callable[[], str]] = {"canonical": _canonical, "vendors": _vendors, "policy": _policy}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Write the tables of docs/connect.md from the contracts.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the page is out of date")
    options = parser.parse_args(arguments)
    text = page().read_text(encoding="utf-8")
    filled = fill(text)
    if filled == text:
        return 0
    print(f"{'out of date' if options.check else 'written'}: {page().name}")
    if not options.check:
        page().write_text(filled, encoding="utf-8")
    return int(options.check)


if __name__ == "__main__":
    sys.exit(main())
