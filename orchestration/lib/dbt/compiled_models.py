"""The models of a build as compiled SQL, in one small file that stays with the build.

A published number is traced by the code that made it: dbt's target folder belongs to the next build.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from orchestration.lib.errors import UsageError

COMPILED_MODELS = "models.json"


@dataclass(frozen=True)
class CompiledModel:
    """One model: `sql` is its compiled select, in which raw relations bear the names of `raw_relation`.

    `relation` is its quoted name, `columns` its contract (name, type) when one is enforced, `needs` the models it
    reads and `sources` the raw tables (`connector.object`). `as_of_restates`, from the model's meta, is the cause under
    which a later `as_of` changes closed periods in it.
    """

    name: str
    relation: str
    schema: str
    alias: str
    materialized: str
    columns: tuple[tuple[str, str], ...]
    needs: tuple[str, ...]
    sources: tuple[str, ...]
    sql: str
    as_of_restates: str | None = None

    @property
    def is_table(self) -> bool:
        """Whether the build keeps its rows; a view is evaluated each time."""
        return self.materialized != "view"


class CompiledModels:
    """The models of one build, by name, in an order in which each comes after what it reads."""

    def __init__(self, models: Iterable[CompiledModel]) -> None:
        self.by_name = {model.name: model for model in _in_order({model.name: model for model in models})}
        self.by_relation = {f"{model.schema}.{model.alias}": model.name for model in self.by_name.values()}

    @classmethod
    def read(cls, build_dir: Path) -> CompiledModels:
        """The models kept in a build. Raises `UsageError` for a build made before they were kept."""
        path = build_dir / COMPILED_MODELS
        if not path.exists():
            raise UsageError(f"the build {build_dir.name} keeps no compiled models ({path}): run `postsale run` again")
        return cls.of_document(json.loads(path.read_text()))

    @classmethod
    def of_document(cls, document: dict[str, Any]) -> CompiledModels:
        """The models of `as_document`."""
        return cls(
            CompiledModel(
                **{
                    **entry,
                    "columns": tuple((name, kind) for name, kind in entry["columns"]),
                    "needs": tuple(entry["needs"]),
                    "sources": tuple(entry["sources"]),
                }
            )
            for entry in document["models"]
        )

    def as_document(self) -> dict[str, Any]:
        """The same as a JSON value, models by name."""
        return {"models": [asdict(model) for _, model in sorted(self.by_name.items())]}

    def needed_by(self, names: Iterable[str]) -> list[CompiledModel]:
        """The models `names` and everything they are made from, in order."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self.by_name[name].needs)
        return [model for name, model in self.by_name.items() if name in found]


def raw_relation(source: str, table: str) -> str:
    """The name under which kept SQL reads a raw table: a plain relation, wherever the raw zone lies."""
    return f'"warehouse"."raw_{source}"."{table}"'


def keep_compiled_models(manifest: Path, build_dir: Path) -> Path | None:
    """Write what `CompiledModels.read` reads; None when dbt's artifacts hold no compiled SQL of some model."""
    document = json.loads(manifest.read_text())
    sources = {
        key: (f"{entry['source_name']}.{entry['name']}", entry["relation_name"])
        for key, entry in document["sources"].items()
    }
    models = []
    for node in document["nodes"].values():
        if node["resource_type"] != "model":
            continue
        sql = node.get("compiled_code") or _compiled_file(manifest, node)
        if sql is None:
            return None
        parents = node["depends_on"]["nodes"]
        read = [sources[key] for key in parents if key in sources]
        for name, relation in read:
            sql = sql.replace(relation, raw_relation(*name.split(".", 1)))
        is_enforced = (node["config"].get("contract") or {}).get("enforced")
        models.append(
            {
                "name": node["name"],
                "relation": node["relation_name"],
                "schema": node["schema"],
                "alias": node["alias"],
                "materialized": node["config"]["materialized"],
                "columns": [[name, column["data_type"]] for name, column in node["columns"].items()]
                if is_enforced
                else [],
                "needs": [key.rsplit(".", 1)[-1] for key in parents if key.startswith("model.")],
                "sources": [name for name, _ in read],
                "sql": sql,
                "as_of_restates": node["config"]["meta"].get("as_of_restates"),
            }
        )
    models.sort(key=lambda entry: str(entry["name"]))
    path = build_dir / COMPILED_MODELS
    path.write_text(json.dumps({"models": models}, separators=(",", ":")))
    return path


def _compiled_file(manifest: Path, node: dict[str, Any]) -> str | None:
    """A model that the last dbt command did not run still lies compiled in the target folder."""
    path = manifest.parent / "compiled" / node["package_name"] / node["original_file_path"]
    return path.read_text() if path.exists() else None


def _in_order(models: dict[str, CompiledModel]) -> Iterator[CompiledModel]:
    done: set[str] = set()

    def visit(name: str) -> Iterator[CompiledModel]:
        if name in done:
            return
        done.add(name)
        for parent in models[name].needs:
            yield from visit(parent)
        yield models[name]

    for name in models:
        yield from visit(name)
