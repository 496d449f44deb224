"""Cycles in a hierarchy."""

from __future__ import annotations

from collections.abc import Mapping


def find_cycles(parents: Mapping[str, str]) -> list[list[str]]:
    """Every cycle of a child → parent mapping, once, beginning with its smallest member."""
    settled: set[str] = set()
    cycles: list[list[str]] = []
    for start in sorted(parents):
        path: list[str] = []
        place: dict[str, int] = {}
        node: str | None = start
        while node is not None and node not in settled and node not in place:
            place[node] = len(path)
            path.append(node)
            node = parents.get(node)
        if node is not None and node in place:
            cycle = path[place[node] :]
            first = cycle.index(min(cycle))
            cycles.append(cycle[first:] + cycle[:first])
        settled.update(path)
    return cycles
