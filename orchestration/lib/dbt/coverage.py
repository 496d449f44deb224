"""How much of the dbt project is described and tested, read from its manifest.

`python -m orchestration.lib.dbt.coverage` prints it; `make docs` does so after building dbt's documentation.

A column is described when it has a description. It is tested when some test would notice that it is wrong: a data
test of the model names it, as its column or among its arguments; a unit test of the model expects it; or a test
written in SQL reads the model and names it. Being of the declared type is no test.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WORD = re.compile(r"\w+")
LAYERS = ("staging", "intermediate", "marts")


@dataclass(frozen=True)
class ModelCoverage:
    """One model: its columns, and which of them are described and which tested."""

    name: str
    layer: str
    is_described: bool
    columns: tuple[str, ...]
    described: frozenset[str]
    tested: frozenset[str]

    @property
    def undescribed(self) -> list[str]:
        """Columns without a description, in their own order."""
        return [name for name in self.columns if name not in self.described]

    @property
    def untested(self) -> list[str]:
        """Columns that no test looks at, in their own order."""
        return [name for name in self.columns if name not in self.tested]


def coverage(manifest: Mapping[str, Any]) -> list[ModelCoverage]:
    """Coverage of every model, in order of layer and name."""
    words: dict[str, set[str]] = defaultdict(set)
    for node in manifest["nodes"].values():
        if node["resource_type"] == "test":
            named = _words_of_test(node)
            for model in node["depends_on"]["nodes"]:
                words[model] |= named
    for test in manifest.get("unit_tests", {}).values():
        for model in test["depends_on"]["nodes"]:
            if model.rsplit(".", 1)[-1] == test["model"]:
                words[model] |= {column for row in _rows(test["expect"]) for column in row}
    found = [
        ModelCoverage(
            name=node["name"],
            layer=node["fqn"][1],
            is_described=bool(node["description"].strip()),
            columns=tuple(node["columns"]),
            described=frozenset(name for name, column in node["columns"].items() if column["description"].strip()),
            tested=frozenset(node["columns"]) & words[unique_id],
        )
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "model"
    ]
    return sorted(found, key=lambda model: (LAYERS.index(model.layer), model.name))


def _words_of_test(node: Mapping[str, Any]) -> set[str]:
    """Names that a test speaks of: of a generic test its column and its arguments, of a test in SQL every word."""
    metadata = node.get("test_metadata")
    if metadata is None:
        return set(WORD.findall(node["raw_code"]))
    return set(_texts([node.get("column_name"), metadata["kwargs"]]))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from WORD.findall(value)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, Iterable):
        for item in value:
            yield from _texts(item)


def _rows(expect: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    rows = expect.get("rows")
    return rows if isinstance(rows, list) else ()


def summary(models: Iterable[ModelCoverage]) -> list[str]:
    """A line per layer: models, their columns, and the shares described and tested."""
    lines = [f"{'layer':<14}{'models':>7}{'described':>11}{'columns':>9}{'described':>11}{'tested':>9}"]
    by_layer: dict[str, list[ModelCoverage]] = defaultdict(list)
    for model in models:
        by_layer[model.layer].append(model)
    for layer, inside in by_layer.items():
        columns = sum(len(model.columns) for model in inside)
        described = sum(len(model.columns) - len(model.undescribed) for model in inside)
        tested = sum(len(model.columns) - len(model.untested) for model in inside)
        models_described = sum(model.is_described for model in inside)
        lines.append(
            f"{layer:<14}{len(inside):>7}{_share(models_described, len(inside)):>11}{columns:>9}"
            f"{_share(described, columns):>11}{_share(tested, columns):>9}"
        )
    return lines


def _share(part: int, whole: int) -> str:
    return f"{100 * part // whole if whole else 100} %"


def gaps(models: Iterable[ModelCoverage], layer: str = "marts") -> list[str]:
    """What a layer lacks to be whole, one line each."""
    return [
        f"{model.name}{place}: not {what}"
        for model in models
        if model.layer == layer
        for what, places in (
            ("described", ([] if model.is_described else [""]) + [f".{name}" for name in model.undescribed]),
            ("tested", [f".{name}" for name in model.untested]),
        )
        for place in places
    ]


def main() -> int:
    """Print coverage by layer and every gap of the marts; exit code 1 while there is one."""
    from orchestration.lib.dbt.manifest import read_manifest
    from orchestration.lib.home import Home

    manifest = (
        json.loads(Path(sys.argv[1]).read_bytes()) if len(sys.argv) > 1 else read_manifest(Home.from_environment())
    )
    models = coverage(manifest)
    print("\n".join(summary(models)))
    missing = gaps(models)
    print("\n".join(missing) if missing else "Every column of the marts is described and tested.")
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
