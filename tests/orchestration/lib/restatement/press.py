"""A company published again and again in seconds: the real loader, parameters, models, exports and ledger, without the
processes of a run. The models run by their compiled SQL, as dbt had it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from orchestration.lib.config import load_config
from orchestration.lib.dbt.compiled_models import COMPILED_MODELS, CompiledModels
from orchestration.lib.home import Home, publish
from orchestration.lib.ledger import Appended, history, settle
from orchestration.lib.loader import load_policy, load_source
from orchestration.lib.loader.zone import prepare_raw_zone
from orchestration.lib.parameters import resolve
from orchestration.lib.replay import Replay, raw_sources
from orchestration.lib.restatement import record
from orchestration.lib.semantic import SemanticLayer
from orchestration.lib.semantic.exports import subsets
from orchestration.lib.semantic.postsale import SETTINGS, building_paths

# What is published: every kind of metric, from few enough models.
EXPORTS = ("arr_movements_monthly", "nrr_by_industry", "renewals_monthly", "time_allocation_monthly")

Edit = Callable[[str], str]


def exported(semantic_manifest: dict[str, Any]) -> dict[str, Any]:
    """The definitions with no other saved queries than those that are published here."""
    queries = [query for query in semantic_manifest["saved_queries"] if query["name"] in EXPORTS]
    return semantic_manifest | {"saved_queries": queries}


@dataclass
class Press:
    """One company with its files, its home and the code it is built by. Everything may be changed between builds."""

    folder: Path
    definitions: dict[str, Any]
    manifest: dict[str, Any]
    models: CompiledModels
    code_version: str = "code"

    @property
    def home(self) -> Home:
        return Home(self.folder / "home")

    @property
    def config(self) -> Path:
        return self.folder / "company" / "postsale.toml"

    def copy(self, folder: Path) -> Press:
        """The same company and its published state at another place."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return replace(self, folder=folder, definitions=json.loads(json.dumps(self.definitions)))

    def edit(self, file: str, *changes: tuple[str, str]) -> None:
        """Replace pieces of text in one of the company's files; each has to be there."""
        path = self.config.parent / file
        text = path.read_text()
        for before, after in changes:
            assert before in text, f"{file} has no {before!r}"
            text = text.replace(before, after)
        path.write_text(text)

    def append(self, file: str, *lines: str) -> None:
        """Add rows at the end of one of the company's files."""
        path = self.config.parent / file
        path.write_text(path.read_text().rstrip("\n") + "\n" + "\n".join(lines) + "\n")

    def recode(self, model: str, edit: Edit) -> None:
        """Change the SQL of one model."""
        found = self.models.by_name[model]
        sql = edit(found.sql)
        assert sql != found.sql, f"nothing of {model} was changed"
        self.models = CompiledModels(
            [replace(found, sql=sql), *(one for one in self.models.by_name.values() if one.name != model)]
        )
        self.code_version = f"{self.code_version}+{model}"

    def publish(self, *, as_of: date | None = None, known_at: datetime | None = None) -> Appended:
        """Load what is new, build, export, write the ledger, publish."""
        home = self.home
        home.prepare()
        prepare_raw_zone(home.path)
        config = load_config(self.config)
        load_policy(config, home.path)
        for source in config.sources:
            load_source(config, home.path, source)
        home.clear_next()
        parameters = replace(resolve(config, home.path, as_of=as_of, known_at=known_at), code_version=self.code_version)
        parameters.write(home.path)
        (home.dbt_target / "semantic_manifest.json").write_text(json.dumps(self.definitions))
        (home.dbt_target / "manifest.json").write_text(json.dumps(self.manifest))
        (home.next / COMPILED_MODELS).write_text(json.dumps(self.models.as_document()))
        sources = raw_sources(home.path, home.next)
        with Replay(self.models, sources, folder=home.next) as replay:
            replay.make(self._needed())
            replay.connection.execute("create schema metrics")
        with SemanticLayer.open(building_paths(home), read_only=False) as layer:
            for name in EXPORTS:
                layer.export(name)
        facts = {key: value for key, value in asdict(parameters).items() if key != "sources"}
        appended = record(home, facts)
        publish(home, parameters.build_id, facts)
        settle(home)
        return appended

    def _needed(self) -> set[str]:
        """Models that the exports read."""
        layer = SemanticLayer.of_definitions(building_paths(self.home), SETTINGS)
        statements = [
            text
            for query in layer.saved_queries.values()
            for subset in subsets(query)
            for text in layer.compile_slices(query.metrics, subset, query.grain, query.where)
        ]
        layer.compiler.save()
        read = {model.name for model in self.models.by_name.values() for text in statements if model.relation in text}
        return read | {"stg_build__parameters", "stg_build__sources", "fct_arr_snapshot"}

    def why(self, metric: str, at: date, *, grain: str = "month", **where: str) -> dict[str, Any]:
        """The last row of a value's history."""
        return history(self.home.path, metric, grain, at, where)[-1]
