"""A company written straight into the raw zone, and dbt run over it.

Rows are dictionaries of a contract's columns; every value becomes the text that a file would carry. The loader has
tests of its own: here the subject is the models, and a company has to be ready in milliseconds.
"""

from __future__ import annotations

import csv
import fcntl
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import duckdb

from orchestration.lib.config import load_config
from orchestration.lib.contracts import load_connectors
from orchestration.lib.contracts.columns import MANIFEST_COLUMNS, PARAMETER_COLUMNS, SOURCE_STATUS_COLUMNS
from orchestration.lib.dbt.compiled_models import keep_compiled_models
from orchestration.lib.home import Home
from orchestration.lib.loader import load_policy, load_source
from orchestration.lib.loader.zone import prepare_raw_zone
from orchestration.lib.parameters import resolve
from orchestration.lib.semantic import LayerPaths, SemanticLayer
from orchestration.lib.semantic.postsale import building_paths
from tests.dbt.project import PROJECT, run_dbt

POLICY = PROJECT / "policy"

Row = Mapping[str, object]


def month_end_on_or_before(day: date) -> date:
    """The latest month-end that is not after the day."""
    following = day + timedelta(days=1)
    return following.replace(day=1) - timedelta(days=1)


@dataclass
class Company:
    """What a company delivers, by connector and object, and under which policy it is built."""

    as_of: date
    objects: dict[str, Sequence[Row]]
    connector: str = "canonical"
    renewal_grace_days: int = 30
    account_grain: str = "ultimate_parent"
    attribute_history: str = "versions"
    reporting_currency: str = "USD"
    known_at: datetime | None = None
    policy: dict[str, Sequence[Row]] = field(default_factory=dict)

    def write(self, home: Path) -> None:
        """Writes raw zone, policy and build parameters below ``home``."""
        connectors = load_connectors()
        prepare_raw_zone(home)
        (home / "next").mkdir(parents=True, exist_ok=True)
        delivered = self.known_at or datetime.combine(self.as_of, datetime.min.time()) + timedelta(days=1)
        for number, (name, rows) in enumerate(self.objects.items(), start=1):
            contract = connectors[self.connector].objects[name]
            _write_rows(home, self.connector, name, list(contract.columns), rows, number, delivered)
        for number, name in enumerate(connectors["policy"].objects, start=100):
            contract = connectors["policy"].objects[name]
            policy_rows = self.policy.get(name)
            if policy_rows is None and (POLICY / f"{name}.csv").is_file():
                with (POLICY / f"{name}.csv").open(encoding="utf-8", newline="") as file:
                    policy_rows = [{key: value or None for key, value in row.items()} for row in csv.DictReader(file)]
            _write_rows(home, "policy", name, list(contract.columns), policy_rows or [], number, datetime(2000, 1, 1))
        self._write_parameters(home, delivered)
        self._write_sources(home, delivered)

    def _write_parameters(self, home: Path, known_at: datetime) -> None:
        values: dict[str, object] = {
            "as_of": self.as_of,
            "as_of_origin": "configured",
            "known_at": known_at,
            "last_closed_month_end": month_end_on_or_before(self.as_of),
            "reporting_currency": self.reporting_currency,
            "time_zone": "UTC",
            "account_grain": self.account_grain,
            "renewal_grace_days": self.renewal_grace_days,
            "sustained_use_weeks": 4,
            "fiscal_year_start_month": 1,
            "fiscal_year_of_as_of": self.as_of.year,
            "minimum_slice_accounts": 10,
            "attribute_history": self.attribute_history,
            "usage_window_days": 30,
            "usage_baseline_days": 90,
            "engagement_days": 90,
            "key_contact_roles": "sponsor,champion,technical",
            "live_no_value_days": 30,
            "engaged_days": 30,
            "stall_days": 7,
            "post_live_days": 30,
            "rework_percent": 10,
            "core_feature_target": 3,
            "health_backtest_days": 120,
            "operating_model_weeks": 13,
            "conflated_above_percent": 50,
            "quarter_end_days": 14,
            "comparison_minimum_books": 5,
            "comparison_confidence_percent": 95,
            "renewal_minimum_term_days": 90,
            "renewal_match_days": 90,
            "forecast_minimum_renewals": 10,
            "policy_hash": "policy",
            "input_hash": "input",
            "code_version": "code",
            "build_id": "build",
            "segments_are_default": "segments" not in self.policy,
        }
        _write_typed(home / "next" / "parameters.parquet", PARAMETER_COLUMNS, [values])

    def _write_sources(self, home: Path, delivered: datetime) -> None:
        rows = [
            {
                "source": self.connector,
                "connector": self.connector,
                "object": name,
                "canonical_object": contract.canonical,
                "is_connected": bool(self.objects.get(name)),
                "rows": len(self.objects.get(name, ())),
                "last_loaded_at": delivered if self.objects.get(name) else None,
                "is_stale": False,
                "quarantined_rows": 0,
            }
            for name, contract in load_connectors()[self.connector].objects.items()
        ]
        _write_typed(home / "next" / "sources.parquet", SOURCE_STATUS_COLUMNS, rows)


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _write_rows(
    home: Path, connector: str, name: str, columns: list[str], rows: Sequence[Row], number: int, delivered: datetime
) -> None:
    if not rows:
        return
    load_id = f"{number:06d}-000000000000"
    lines = []
    for row_number, row in enumerate(rows, start=2):
        unknown = set(row) - set(columns) - {"_known_at"}
        if unknown:
            raise KeyError(f"{connector}.{name} has no column {sorted(unknown)}")
        content = {column: _text(row.get(column)) for column in columns}
        lines.append(
            content
            | {
                "_source": connector,
                "_object": name,
                "_file": f"{name}.csv",
                "_row_number": row_number,
                "_load_id": load_id,
                "_loaded_at": str(delivered),
                "_known_at": str(row.get("_known_at", delivered)),
                "_row_hash": sha256(json.dumps(content, sort_keys=True).encode()).hexdigest(),
                "_is_withdrawn": False,
            }
        )
    kinds = dict.fromkeys(columns, "VARCHAR") | {
        "_extra": "VARCHAR",
        "_source": "VARCHAR",
        "_object": "VARCHAR",
        "_file": "VARCHAR",
        "_row_number": "BIGINT",
        "_record_id": "VARCHAR",
        "_page": "BIGINT",
        "_load_id": "VARCHAR",
        "_loaded_at": "TIMESTAMP",
        "_known_at": "TIMESTAMP",
        "_row_hash": "VARCHAR",
        "_is_withdrawn": "BOOLEAN",
    }
    folder = home / "raw" / connector / name / "load_date=2000-01-01"
    folder.mkdir(parents=True, exist_ok=True)
    _write_typed(folder / f"{load_id}.parquet", kinds, lines)
    load = {
        "load_id": load_id,
        "source": connector,
        "connector": connector,
        "object": name,
        "file": f"{name}.csv",
        "file_hash": sha256(name.encode()).hexdigest(),
        "bytes": 1,
        "known_at": str(delivered),
        "loaded_at": str(delivered),
        "status": "loaded",
        "rows_arrived": len(rows),
        "rows_loaded": len(rows),
        "rows_duplicate": 0,
        "rows_quarantined": 0,
        "rows_withdrawn": 0,
        "rows_late": 0,
        "columns_seen": json.dumps(columns),
        "extra_columns": "[]",
        "missing_columns": "[]",
    }
    _write_typed(home / "raw" / "_loads" / f"{load_id}.parquet", MANIFEST_COLUMNS, [load])


def _write_typed(path: Path, columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> None:
    source = path.with_suffix(".jsonl")
    with source.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(dict(row), default=str) + "\n")
    declared = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select * from read_json('{source}', format = 'newline_delimited', columns = {{{declared}}})) "
            f"to '{path}' (format parquet)"
        )
    source.unlink()


Tests = Literal["none", "data", "all"]
_VERBS: dict[Tests, list[str]] = {
    "none": ["run"],
    "data": ["build", "--exclude-resource-type", "unit_test", "saved_query"],
    "all": ["build", "--exclude-resource-type", "saved_query"],
}


@dataclass(frozen=True)
class Built:
    """A finished build: its warehouse and what the models were told, under names of their own."""

    folder: Path
    paths: LayerPaths

    @property
    def warehouse(self) -> Path:
        return self.paths.warehouse

    def layer(self) -> SemanticLayer:
        """The semantic layer over the build; it keeps what it compiles for the builds after it."""
        return SemanticLayer.open(self.paths, read_only=False)


@dataclass(frozen=True)
class Workshop:
    """One folder in which companies are built in turn.

    dbt parses the project anew for every other path of a warehouse, which takes longer than a build: so all
    companies of a test session are built at one place, and each finished warehouse is moved away.
    """

    home: Path

    def build(
        self,
        company: Company,
        kept_in: Path,
        *,
        tests: Tests = "none",
        select: Sequence[str] = (),
    ) -> Path:
        """Builds the company's models (all, or those selected), with dbt's own tests if wanted; returns the warehouse.

        Raises AssertionError with dbt's own words when a model or a test fails.
        """
        return self._built(lambda: company.write(self.home), kept_in, tests, select).warehouse

    def build_files(
        self,
        config: Path,
        kept_in: Path,
        *,
        as_of: date | None = None,
        known_at: datetime | None = None,
        tests: Tests = "none",
        select: Sequence[str] = (),
    ) -> Built:
        """Loads a company's files as `postsale run` does and builds its models; ``kept_in`` then holds the build.

        Raises AssertionError with dbt's own words when a model or a test fails.
        """

        def load() -> None:
            company = load_config(config)
            load_policy(company, self.home)
            for source in company.sources:
                load_source(company, self.home, source)
            resolve(company, self.home, as_of=as_of, known_at=known_at).write(self.home)

        return self._built(load, kept_in, tests, select)

    def manifest(self) -> dict[str, Any]:
        """dbt's manifest of the project as it is."""
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            run_dbt(self.home, "parse")
            manifest: dict[str, Any] = json.loads((self.home / "dbt" / "target" / "manifest.json").read_bytes())
            return manifest

    def compile(self, kept_in: Path) -> Path:
        """Leaves in ``kept_in`` what dbt makes of the project as it is: its manifests, and the models' compiled SQL."""
        kept_in.mkdir(parents=True, exist_ok=True)
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            prepare_raw_zone(self.home)
            (self.home / "next").mkdir(exist_ok=True)
            run_dbt(self.home, "compile")
            target = self.home / "dbt" / "target"
            keep_compiled_models(target / "manifest.json", kept_in)
            for name in ("manifest.json", "semantic_manifest.json"):
                shutil.copy2(target / name, kept_in / name)
        return kept_in

    def _built(self, fill: Callable[[], None], kept_in: Path, tests: Tests, select: Sequence[str]) -> Built:
        kept_in.mkdir(parents=True, exist_ok=True)
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for leftover in ("raw", "next"):
                shutil.rmtree(self.home / leftover, ignore_errors=True)
            prepare_raw_zone(self.home)
            (self.home / "next").mkdir()
            fill()
            run_dbt(self.home, *_VERBS[tests], *(["--select", *select] if select else []), lean=tests != "all")
            # Under their own names: the views of a DuckDB file carry its name.
            for path in (self.home / "next").iterdir():
                shutil.move(path, kept_in / path.name)
        paths = building_paths(Home(self.home))
        return Built(
            kept_in,
            replace(paths, warehouse=kept_in / "warehouse.duckdb", build_dir=kept_in, exports=kept_in / "exports"),
        )
