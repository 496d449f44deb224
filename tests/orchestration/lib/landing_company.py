"""A company in a temporary folder: files are put into its landing folder, loaded, and looked up again."""

from __future__ import annotations

import atexit
import gzip
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from orchestration.lib.config import Config, load_config
from orchestration.lib.loader import LoadRecord, load_policy, load_source, prepare_raw_zone
from orchestration.lib.loader.zone import RawZone

ACCOUNTS = "account_id,account_name,industry\n"
SUBSCRIPTIONS = "subscription_id,account_id,product,start_date,end_date,arr,currency\n"


class LandingCompany:
    """One company with a single source, named ``company``."""

    def __init__(self, folder: Path, connector: str = "canonical", settings: str = "") -> None:
        self.folder = folder
        self.home = folder / "home"
        self.landing = folder / "landing"
        self.landing.mkdir(parents=True, exist_ok=True)
        self.policy = folder / "policy"
        self.policy.mkdir(exist_ok=True)
        (folder / "postsale.toml").write_text(
            f'policy_dir = "policy"\n{settings}\n[sources.company]\nconnector = "{connector}"\npath = "landing"\n',
            encoding="utf-8",
        )
        self.connector = connector
        # Every home begins with the same empty tables; copying them is faster than writing them again.
        shutil.copytree(_prepared_home(), self.home)

    @property
    def config(self) -> Config:
        return load_config(self.folder / "postsale.toml")

    @property
    def zone(self) -> RawZone:
        return RawZone.of(self.home)

    def put(self, name: str, content: str | bytes) -> Path:
        """Writes a file below the landing folder; a name that ends in .gz is compressed."""
        path = self.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)
        return path

    def put_policy(self, name: str, content: str) -> Path:
        path = self.policy / name
        path.write_text(content, encoding="utf-8")
        return path

    def load(self) -> list[LoadRecord]:
        """Loads the source as a run does."""
        prepare_raw_zone(self.home)
        return load_source(self.config, self.home, "company")

    def load_all(self) -> list[LoadRecord]:
        """Loads policy and source."""
        prepare_raw_zone(self.home)
        return load_policy(self.config, self.home) + load_source(self.config, self.home, "company")

    def load_one(self, name: str, content: str | bytes) -> LoadRecord:
        """Puts a file, loads, and returns what became of it."""
        self.put(name, content)
        (record,) = self.load()
        return record

    def query(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect() as connection:
            connection.execute("set TimeZone = 'UTC'")
            return connection.execute(query).fetchall()

    def rows(self, object_name: str, columns: str = "*", connector: str | None = None) -> list[tuple[Any, ...]]:
        """Stored rows of an object, in the order of loading."""
        relation = self.zone.object_relation(connector or self.connector, object_name)
        return self.query(f"select {columns} from {relation} order by _load_id, _is_withdrawn, _row_number")

    def quarantine(self, columns: str = "row_number, reason, column_name") -> list[tuple[Any, ...]]:
        return self.query(
            f"select {columns} from {self.zone.quarantine_relation()} order by load_id, row_number nulls first"
        )

    def reasons(self) -> list[tuple[int | None, str]]:
        """(row, reason) of everything in quarantine."""
        return [(row, reason) for row, reason in self.quarantine("row_number, reason")]

    def loads(self, columns: str = "*") -> list[tuple[Any, ...]]:
        return self.query(f"select {columns} from {self.zone.loads_relation()} order by load_id")

    def current(self, object_name: str, key: str, value: str) -> dict[Any, Any]:
        """Value by key over the current versions, withdrawn records left out (objects without a version column)."""
        relation = self.zone.object_relation(self.connector, object_name)
        rows = self.query(
            f"select {key}, {value} from (select * from {relation} qualify row_number() over "
            f"(partition by {key} order by _known_at desc, _load_id desc, _row_number desc nulls last) = 1) "
            "where not _is_withdrawn"
        )
        return dict(rows)

    def state(self) -> list[tuple[Any, ...]]:
        """Everything that loading decides, without the times at which it happened."""
        stored: list[tuple[Any, ...]] = []
        for file in sorted(self.zone.root.rglob("*.parquet")):
            if file.name == "_empty.parquet":
                continue
            relation = f"read_parquet('{file}', hive_partitioning=false)"
            moments = ("_loaded_at", "_known_at", "loaded_at", "known_at")
            names = [row[0] for row in self.query(f"describe select * from {relation}") if row[0] not in moments]
            listed = ", ".join(f'"{name}"' for name in names)
            stored.append((file.name, tuple(self.query(f"select {listed} from {relation}"))))
        return sorted(stored)


@cache
def _prepared_home() -> Path:
    home = Path(tempfile.mkdtemp(prefix="postsale-home-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    prepare_raw_zone(home)
    return home
