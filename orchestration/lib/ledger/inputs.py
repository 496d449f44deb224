"""What a build was made from, as the ledger keeps it: enough to ask again what it would have said under other inputs.

The raw zone is append-only, so the rows that a build knew are named by its last load and its `known_at`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.lib.contracts.sql import literal
from orchestration.lib.dbt.compiled_models import CompiledModels
from orchestration.lib.home import Home
from orchestration.lib.ledger.entries import INPUTS, Ledger
from orchestration.lib.ledger.kept import keep, read_kept
from orchestration.lib.loader.zone import RawZone


@dataclass(frozen=True)
class Parameter:
    """One column of the build's row of parameters: DuckDB type and the value as text."""

    type: str
    value: str | None

    @property
    def sql(self) -> str:
        """The value as an expression of its type."""
        return f"cast({'null' if self.value is None else literal(self.value)} as {self.type})"


@dataclass(frozen=True)
class BuildInputs:
    """One build's inputs. `models`, `definitions` and `sources` are hashes of kept contents.

    `last_load`: load id of the last load that was there ("" when there was none).
    """

    build_id: str
    parameters: dict[str, Parameter]
    last_load: str
    sources: str
    models: str
    definitions: str

    def text(self) -> str:
        """As the value of an entry."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)

    @classmethod
    def of_text(cls, text: str) -> BuildInputs:
        """From the value of an entry."""
        document = json.loads(text)
        parameters = {name: Parameter(**value) for name, value in document.pop("parameters").items()}
        return cls(parameters=parameters, **document)

    @property
    def hashes(self) -> tuple[str, ...]:
        """Hashes of the kept contents."""
        return (self.sources, self.models, self.definitions)

    @property
    def known_at(self) -> datetime:
        """Last moment whose arrivals the build saw."""
        return datetime.fromisoformat(str(self.parameters["known_at"].value))


def keep_inputs(home: Home, folder: Path) -> BuildInputs:
    """Keep what the build under way is made from below `folder`."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        parameters = _rows(connection, home.next / "parameters.parquet")[0]
        sources = [
            {name: parameter.value for name, parameter in row.items()}
            for row in _rows(connection, home.next / "sources.parquet")
        ]
        found = connection.execute(f"select max(load_id) from {RawZone.of(home.path).loads_relation()}").fetchone()
    return BuildInputs(
        build_id=str(parameters["build_id"].value),
        parameters=parameters,
        last_load=str(found[0]) if found and found[0] else "",
        sources=keep(folder, sources),
        models=keep(folder, CompiledModels.read(home.next).as_document()),
        definitions=keep(folder, _definitions(home)),
    )


def inputs_of_last_build(home: Home) -> BuildInputs | None:
    """Inputs of the build that the ledger knows last; None when there is none, or it did not keep them."""
    with duckdb.connect() as connection:
        row = connection.execute(
            f"select arg_max(kind = '{INPUTS}', sequence), arg_max(value, sequence) from "
            f"{Ledger.of(home.path).relation()} where kind in ('build', '{INPUTS}')"
        ).fetchone()
    return BuildInputs.of_text(row[1]) if row and row[0] else None


def models_of(ledger: Ledger, inputs: BuildInputs) -> CompiledModels:
    """The compiled models that a build was made with."""
    return CompiledModels.of_document(read_kept(ledger.kept, inputs.models))


def _rows(connection: duckdb.DuckDBPyConnection, path: Path) -> list[dict[str, Parameter]]:
    relation = connection.sql(f"select * from read_parquet({literal(str(path))}) order by all")
    kinds = dict(zip(relation.columns, (str(kind) for kind in relation.types), strict=True))
    texts = relation.select(*(duckdb.SQLExpression(f'cast("{name}" as varchar)') for name in kinds)).fetchall()
    return [
        {name: Parameter(kind, value) for (name, kind), value in zip(kinds.items(), row, strict=True)} for row in texts
    ]


def _definitions(home: Home) -> dict[str, Any]:
    """dbt's semantic manifest, with its lists in an order that does not depend on how dbt read them."""
    document = json.loads((home.dbt_target / "semantic_manifest.json").read_text())
    return {
        key: sorted(value, key=lambda entry: str(entry["name"])) if isinstance(value, list) else value
        for key, value in document.items()
    }
