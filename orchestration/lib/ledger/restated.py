"""What the ledger asks about values that changed after their period was closed, and what it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

# Two floating-point numbers closer than this part of their size are one number, summed in another order.
SAME_FLOAT = 1e-12
# Digits after the point of exact decimals, at most.
EXACT_PLACES = 6


@dataclass(frozen=True)
class RestatedValue:
    """A published value of a closed period that differs now. Values are the exact text of the number; None: no longer
    published. `slice` is a JSON object of dimension values."""

    metric: str
    grain: str
    metric_time: date
    slice: str
    before: str | None
    after: str | None
    definition_before: str
    definition_after: str | None


@dataclass(frozen=True)
class Part:
    """How far one cause moved one value: from `before` to `after`. The parts of a value, by `step`, lead from the
    value published before to the one published now."""

    value: RestatedValue
    step: int
    cause: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Finding:
    """What a cause consists of in one object (a raw table, a policy table, the clocks, the code).

    `count` things changed, `items` shows the first of them; `metrics` are the restated ones that read the object.
    """

    cause: str
    object: str
    count: int
    metrics: tuple[str, ...]
    items: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Explanation:
    """Why values changed between two builds."""

    findings: Sequence[Finding] = field(default_factory=tuple)
    parts: Sequence[Part] = field(default_factory=tuple)


Explain = Callable[[Sequence[RestatedValue]], Explanation]


def is_same(one: str | None, other: str | None) -> bool:
    """Whether two texts are the same number, apart from the last digits of a floating-point sum."""
    if one is None or other is None or one == other:
        return one == other
    if max(len(text.partition(".")[2]) for text in (one, other)) <= EXACT_PLACES:
        return False
    first, second = float(one), float(other)
    return abs(first - second) <= SAME_FLOAT * max(abs(first), abs(second))
