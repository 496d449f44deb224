"""Many numbers of one build, traced together: what they have in common is read and recomputed once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Iterator

from orchestration.lib.replay import Replay
from orchestration.lib.trace.facts import within
from orchestration.lib.trace.independent import needed_models
from orchestration.lib.trace.question import Question
from orchestration.lib.trace.tracer import Part, Trace, Tracer


def traced_together(tracer: Tracer, questions: Iterable[Question]) -> Iterator[Trace]:
    """The traces of many numbers, those of the same facts after each other and without their lists of raw rows.

    Numbers of the same facts, or of formulas that read the same objects, are recomputed in one database. It holds the
    raw rows behind any of them, policy, and nothing that the build published. That one number needs no row of its
    neighbours is not shown by this: `Tracer.trace` gives each number its own rows alone.

    Raises `UsageError` like `Tracer.trace`.
    """
    groups: dict[Hashable, list[Part]] = {}
    for question in questions:
        part = tracer.part(question)
        if part.value is None:
            yield tracer.finished(part, None, None)
        else:
            groups.setdefault(_shared(part), []).append(part)
    for parts in groups.values():
        yield from _traces(tracer, parts)


def _shared(part: Part) -> Hashable:
    """Numbers with the same are recomputed in one database."""
    if part.family is not None:
        return part.family, part.needs_slices
    return frozenset(side.fact for side in part.sides)


def _traces(tracer: Tracer, parts: list[Part]) -> Iterator[Trace]:
    with tracer.traced(*parts) as traced, Replay(tracer.models, traced.sources(), copy_rows=True) as replay:
        is_damaged = any(traced.damages())
        family = parts[0].family
        if family is None:
            replay.make({name for part in parts for name in tracer.relations(part)})
            for part in parts:
                yield _finished(tracer, part, replay, is_damaged=is_damaged)
            return
        replay.make(needed_models(family))
        by_days: dict[tuple[dt.date, dt.date], list[Part]] = {}
        for part in parts:
            by_days.setdefault(within(tracer.layer, part.question), []).append(part)
        for members in by_days.values():
            # what the formulas made for some days is rolled back before the next
            replay.connection.begin()
            for statement in tracer.formulas(members[0]):
                replay.connection.execute(statement)
            for part in members:
                yield _finished(tracer, part, replay, is_damaged=is_damaged)
            replay.connection.rollback()


def _finished(tracer: Tracer, part: Part, replay: Replay, *, is_damaged: bool) -> Trace:
    """The trace; when a row of the group is damaged, with what is damaged of the number's own."""
    if not is_damaged:
        return tracer.finished(part, None, replay)
    with tracer.traced(part) as own:
        return tracer.finished(part, own, replay)
