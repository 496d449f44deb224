"""Rows of a company's own policy files that say the same thing twice, or two things about the same.

Read from the files themselves: the raw zone keeps the last row of a key, so the contradiction is gone there.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from orchestration.lib.checks.policy_problem import policy_problem
from orchestration.lib.checks.problem import Problem
from orchestration.lib.config import Config
from orchestration.lib.contracts import load_connectors
from orchestration.lib.loader.policy import POLICY, own_table

# Tables whose keys the models compare without regard to hyphens, underscores and blanks.
_LOOSE_KEYS = ("churn_reasons",)

Row = dict[str, str]


def check(config: Config) -> Iterator[Problem]:
    """Contradictions are errors, mere repetitions a notice."""
    for table, contract in load_connectors()[POLICY].objects.items():
        path = own_table(config.policy_dir, table)
        if path is not None:
            yield from _repeated(config, table, path, contract.key, tuple(contract.columns))


def _repeated(
    config: Config, table: str, path: Path, key: tuple[str, ...], columns: tuple[str, ...]
) -> Iterator[Problem]:
    first: dict[tuple[str, ...], tuple[int, Row]] = {}
    for number, row in _rows(path, columns):
        found = tuple(_plain(table, row[column]) for column in key)
        if found not in first:
            first[found] = (number, row)
            continue
        earlier, before = first[found]
        subject = ", ".join(row[column] for column in key if row[column])
        if all(_plain(table, row[column]) == _plain(table, before[column]) for column in columns):
            yield policy_problem(
                config,
                table,
                number,
                "repeated_row",
                f"{subject} is in row {earlier} already",
                "delete one of the two rows",
                severity="notice",
            )
            continue
        changed = ", ".join(
            f"{column} {row[column] or 'blank'} against {before[column] or 'blank'}"
            for column in columns
            if column not in key and row[column] != before[column]
        )
        yield policy_problem(
            config,
            table,
            number,
            "contradicting_row",
            f"{subject} is in row {earlier} already" + (f", with {changed}" if changed else ""),
            "keep the one that applies",
        )


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, Row]]:
    """Rows as a spreadsheet numbers them; none from a file that is not a readable table, which the loader reports."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, row in enumerate(csv.DictReader(file), start=2):
                yield number, {column: (row.get(column) or "").strip() for column in columns}
    except (UnicodeDecodeError, csv.Error):
        return


def _plain(table: str, text: str) -> str:
    plain = text.strip().lower()
    return plain.replace(" ", "_").replace("-", "_") if table in _LOOSE_KEYS else plain
