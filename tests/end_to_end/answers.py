"""What the semantic layer answers, as a table to compare with: {(metric, period, slice): value}."""

from __future__ import annotations

import csv
import json
import math
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from orchestration.lib.semantic import SemanticLayer
from tests.conftest import Company


class Answer(NamedTuple):
    """Where a number belongs: the first day of its period, its dimension (blank: total) and the dimension's value."""

    metric: str
    period: str
    dimension: str
    value_of: str


def asked(
    company: Company, metrics: Iterable[str], *, dimension: str = "", grain: str = "month"
) -> dict[Answer, float]:
    """All values that are not null, of one call of `postsale query`."""
    names = sorted(set(metrics))
    by = ["--by", dimension] if dimension else []
    outcome = company.postsale("query", *names, *by, "--grain", grain, "--format", "json")
    assert outcome.returncode == 0, outcome.stderr
    return _answers(json.loads(outcome.stdout), names, dimension)


def answered(
    layer: SemanticLayer, metrics: Iterable[str], *, dimension: str = "", grain: str = "month"
) -> dict[Answer, float]:
    """The same without the command, of one query of the layer."""
    names = sorted(set(metrics))
    return _answers(layer.query(names, [dimension] if dimension else [], grain).records(), names, dimension)


def _answers(rows: Iterable[dict[str, Any]], names: Iterable[str], dimension: str) -> dict[Answer, float]:
    return {
        Answer(name, row["metric_time"], dimension, str(row[dimension]) if dimension else ""): float(row[name])
        for row in rows
        for name in names
        # hours on no account are in no slice of accounts
        if row[name] is not None and (not dimension or row[dimension] is not None)
    }


def truth(company_folder: Path) -> dict[Answer, float]:
    """The simulator's own answers, at monthly grain."""
    with (company_folder / "truth" / "metrics.csv").open() as stream:
        return {
            Answer(row["metric"], row["metric_time"], row["dimension"], row["dimension_value"]): float(row["value"])
            for row in csv.DictReader(stream)
        }


def differences(expected: dict[Answer, float], found: dict[Answer, float]) -> list[str]:
    """Missing rows, rows too many and values that differ by half a cent or more (ratios: in the ninth digit).

    One call for several metrics shows each of them for every slice that any of them has: a 0 there says that
    nothing happened, and is not a row too many.
    """
    lines = [f"missing {answer}: {expected[answer]}" for answer in sorted(expected.keys() - found.keys())]
    lines += [
        f"too many {answer}: {found[answer]}" for answer in sorted(found.keys() - expected.keys()) if found[answer] != 0
    ]
    lines += [
        f"differs {answer}: expected {expected[answer]}, found {found[answer]}"
        for answer in sorted(expected.keys() & found.keys())
        if not math.isclose(
            expected[answer], found[answer], rel_tol=1e-9, abs_tol=0.005 if abs(expected[answer]) >= 10 else 1e-9
        )
    ]
    return lines


def by_dimension(answers: Iterable[Answer]) -> dict[str, set[str]]:
    """Metrics asked for per dimension."""
    found: dict[str, set[str]] = defaultdict(set)
    for answer in answers:
        found[answer.dimension].add(answer.metric)
    return found
