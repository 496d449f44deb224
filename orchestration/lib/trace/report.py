"""A trace as text for people, and as rows and JSON for programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from orchestration.lib.tables import as_table, plain
from orchestration.lib.trace.facts import FactRow
from orchestration.lib.trace.raw import RawRow
from orchestration.lib.trace.tracer import Trace

FACT_COLUMNS = ("side", "fact", "fact_id", "account_id", "on", "rank", "contribution", "share")
RAW_COLUMNS = (
    *("role", "source", "object", "file", "row_from", "row_to", "row_count"),
    *("record_id", "row_hash", "load_id", "loaded_at"),
)
CSV_COLUMNS = ("part", "name", "value", *FACT_COLUMNS, *RAW_COLUMNS)

# Rows of each list that a table shows unless it is told otherwise.
SHOWN_ROWS = 10


def as_text(trace: Trace, limit: int | None) -> str:
    """The trace to be read from top to bottom; lists are cut to `limit` rows (None: all)."""
    return "\n\n".join(_sections(trace, limit)) + "\n"


def as_json(trace: Trace, limit: int | None) -> dict[str, Any]:
    """The trace as JSON values. Lists are cut to `limit` rows (None: all); the counts beside them are whole."""
    question = trace.question
    return {
        "metric": question.metric,
        "label": trace.definition.label,
        "metric_time": question.period.isoformat(),
        "grain": question.grain,
        "where": dict(question.where),
        "build": trace.build,
        "value": plain(trace.value),
        "reason": trace.reason,
        "definition": {"description": trace.definition.description, **trace.definition.documentation},
        "sql": trace.sql,
        "reconciles": trace.reconciles,
        "recomputation": _recomputation(trace),
        "differences": [
            {"where": entry.place, "published": plain(entry.published), "recomputed": plain(entry.recomputed)}
            for entry in trace.differences
        ],
        "sides": [
            {
                "side": entry.side.name,
                "metric": entry.side.metric,
                "fact": entry.side.fact,
                "aggregation": entry.side.aggregation,
                "total": plain(entry.total),
                "rows": len(entry.rows),
                "facts": [_fact(row) for row in entry.rows[:limit]],
            }
            for entry in trace.sides
        ],
        "raw_counts": [
            {"source": source, "object": name, "rows": count} for (source, name), count in trace.raw_counts.items()
        ],
        "raw_rows": [_raw(row) for row in trace.raw_rows[:limit]],
    }


def as_csv(trace: Trace, limit: int | None) -> str:
    """One flat file: `part` says of each row whether it is about the value, a fact row or a raw row."""
    text = io.StringIO()
    writer = csv.DictWriter(text, CSV_COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for name, value in _facts_about(trace):
        writer.writerow({"part": "number", "name": name, "value": "" if value is None else plain(value)})
    for entry in trace.sides:
        writer.writerow({"part": "side", "name": entry.side.name, "value": plain(entry.total), "fact": entry.side.fact})
        for row in entry.rows[:limit]:
            writer.writerow({"part": "fact", "name": entry.side.metric, **_fact(row)})
    for raw in trace.raw_rows[:limit]:
        writer.writerow({"part": "raw", **_raw(raw)})
    for difference in trace.differences:
        writer.writerow({"part": "difference", "name": difference.place, "value": plain(difference.published)})
    return text.getvalue()


def verdict(trace: Trace) -> str:
    """One sentence: whether the number can be had from its raw rows, and if not where it goes wrong."""
    if trace.value is None and trace.reconciles:
        return f"no value: {trace.reason}"
    made = trace.recomputation
    if trace.reconciles and made is not None:
        return f"reconciles: {_exact(made.value)} recomputed from the raw rows alone ({made.method})"
    first = trace.differences[0]
    recomputed = made.value if made is not None else None
    return (
        f"does not reconcile: published {_exact(trace.value)}, recomputed {_exact(recomputed)}"
        f"{_off(trace.value, recomputed)}; it starts at {first.place}"
    )


def _off(published: Any, recomputed: Any) -> str:
    if published is None or recomputed is None or published == recomputed:
        return ""
    if isinstance(published, float) or isinstance(recomputed, float):
        return f", a difference of {float(recomputed) - float(published):g}"
    return f", a difference of {recomputed - published}"


def _sections(trace: Trace, limit: int | None) -> Iterator[str]:
    question, documented = trace.question, trace.definition.documentation
    yield (
        f"{trace.definition.label} ({question.metric}), {question.grain} of {question.period}, "
        f"{question.slice_words}\nbuild {trace.build}"
    )
    yield f"Value\n  {_exact(trace.value)}" + (f"\n  because {trace.reason}" if trace.reason else "")
    yield "\n".join(
        [
            "Definition",
            f"  {trace.definition.description}",
            *(
                f"  {name.replace('_', ' ')}: {documented[name]}"
                for name in ("formula", "numerator", "denominator", "window", "slice_rule")
                if documented[name] != "none"
            ),
        ]
    )
    for entry in trace.sides:
        side = entry.side
        head = f"Fact rows of marts.{side.fact}, {side.name} {side.metric} = {_exact(entry.total)} ({side.aggregation})"
        yield head + "\n" + _listed([_fact(row) for row in entry.rows], FACT_COLUMNS[2:], limit)
    if trace.raw_rows:
        counted = ", ".join(f"{count:,} {source} {name}" for (source, name), count in trace.raw_counts.items())
        short = [{**_raw(row), "row_hash": (row.row_hash or "")[:12] or None} for row in trace.raw_rows]
        yield f"Raw rows: {counted}\n" + _listed(short, RAW_COLUMNS, limit)
    yield f"SQL\n{_indented(trace.sql)}"
    lines = [f"Recomputation\n  {verdict(trace)}"]
    if trace.recomputation is not None:
        lines += [f"  {name}: {_exact(total)}" for name, total in trace.recomputation.sides.items() if name != "value"]
    lines += [
        f"  {entry.place}"
        + (
            f": published {_exact(entry.published)}, recomputed {_exact(entry.recomputed)}"
            if entry.published is not None or entry.recomputed is not None
            else ""
        )
        for entry in trace.differences
    ]
    yield "\n".join(lines)


def _listed(rows: list[dict[str, Any]], columns: tuple[str, ...], limit: int | None) -> str:
    if not rows:
        return "  none"
    columns = tuple(name for name in columns if any(row[name] is not None for row in rows))
    shown = rows[:limit]
    more = f"\n  … and {len(rows) - len(shown):,} more (--rows all)" if len(rows) > len(shown) else ""
    return _indented(as_table(shown, columns)) + more


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def _facts_about(trace: Trace) -> Iterator[tuple[str, Any]]:
    question = trace.question
    yield "metric", question.metric
    yield "metric_time", question.period
    yield "grain", question.grain
    for name, value in question.where:
        yield name, value
    yield "build", trace.build
    yield "value", trace.value
    yield "reason", trace.reason
    yield "method", trace.recomputation.method if trace.recomputation else None
    yield "recomputed", trace.recomputation.value if trace.recomputation else None
    yield "reconciles", str(trace.reconciles).lower()
    for name, text in trace.definition.documentation.items():
        yield name, text
    yield "sql", trace.sql


def _recomputation(trace: Trace) -> dict[str, Any] | None:
    made = trace.recomputation
    if made is None:
        return None
    return {
        "method": made.method,
        "value": plain(made.value),
        "sides": {name: plain(total) for name, total in made.sides.items()},
    }


def _fact(row: FactRow) -> dict[str, Any]:
    return {
        "side": row.side,
        "fact": row.fact,
        "fact_id": row.fact_id,
        "account_id": row.account_id,
        "on": plain(row.on),
        "rank": row.rank,
        "contribution": plain(row.contribution),
        "share": row.share,
    }


def _raw(row: RawRow) -> dict[str, Any]:
    return {name: plain(getattr(row, name)) for name in RAW_COLUMNS}


def _exact(value: Any) -> str:
    """A number without rounding; money as it stands in the warehouse."""
    if value is None:
        return "–"
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)
