"""What is traced: one metric, one period, one slice. And the command that traces it."""

from __future__ import annotations

import datetime as dt
import difflib
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orchestration.lib.contracts.sql import literal
from orchestration.lib.errors import UsageError
from orchestration.lib.semantic import SemanticLayer
from orchestration.lib.semantic.periods import end_of, start_of


@dataclass(frozen=True)
class Question:
    """One published number. `period` is the first day of its period; `where` holds short dimension names."""

    metric: str
    period: dt.date
    grain: str = "month"
    where: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, metric: str, at: dt.date, grain: str = "month", where: Mapping[str, str] | None = None) -> Question:
        """The number of the period of `grain` that contains `at`."""
        return cls(metric, start_of(at, grain), grain, tuple(sorted((where or {}).items())))

    @property
    def last_day(self) -> dt.date:
        """Last day of the period."""
        return end_of(self.period, self.grain)

    @property
    def slice_words(self) -> str:
        """The slice for a reader."""
        return ", ".join(f"{name} = {value}" for name, value in self.where) or "total"


def parse_where(texts: Sequence[str]) -> dict[str, str]:
    """`DIM=VALUE` pairs. Raises `UsageError` for anything else and for a dimension that is named twice."""
    found: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        name, value = name.strip(), value.strip()
        if not sign or not name or not value:
            raise UsageError(f"--where {text!r} is not DIM=VALUE, as in --where segment=hybrid")
        if name in found:
            raise UsageError(f"--where names {name} twice; a slice has one value of each dimension")
        found[name] = value
    return found


def trace_command(
    metric: str, metric_time: dt.date, grain: str = "month", where: Mapping[str, str | None] | None = None
) -> str:
    """The command that traces exactly the number of an exported row.

    `metric_time` and `grain` are those of the export; `where` its dimension columns, of which the rolled-up ones
    (`All`, the layer's label of a total, or None) are left out.
    """
    words = ["postsale", "trace", metric, "--at", metric_time.isoformat()]
    if grain != "month":
        words += ["--grain", grain]
    for name, value in sorted((where or {}).items()):
        if value is not None and value != "All":
            words += ["--where", f"{name}={value}"]
    return shlex.join(words)


def stored_slice(
    layer: SemanticLayer, question: Question, known: Mapping[str, Sequence[str | None]]
) -> dict[str, str | None]:
    """The slice as the marts hold it: the label of a missing value stands for null, unless it is itself a value.

    `known` lists every value that each dimension has in any period. Raises `UsageError` for another one.
    """
    found: dict[str, str | None] = {}
    for name, value in question.where:
        values = [entry for entry in known[name] if entry is not None]
        if value in values:
            found[name] = value
        elif value == layer.settings.empty_label and None in known[name]:
            found[name] = None
        else:
            near = difflib.get_close_matches(value, values, n=3, cutoff=0.4) or sorted(values)[:8]
            raise UsageError(
                f"{question.metric} has no {name} {value!r}; one of: {', '.join(near) or 'none, nothing arrived yet'}"
            )
    return found


def where_text(stored: Mapping[str, str | None]) -> str | None:
    """The slice as a condition that the semantic layer reads."""
    conditions = [
        f"{name} is null" if value is None else f"{name} = {literal(value)}" for name, value in stored.items()
    ]
    return " and ".join(conditions) or None
