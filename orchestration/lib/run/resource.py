"""What one run is of: the company's configuration, its home, and the two clocks it was asked for."""

from __future__ import annotations

import os
from typing import Any

import dagster as dg
import duckdb
from pydantic import Field, PrivateAttr

from orchestration.lib.config import Config, load_config
from orchestration.lib.home import Home, HomeLock
from orchestration.lib.loader import prepare_raw_zone
from orchestration.lib.run.request import RunRequest


class CompanyBuild(dg.ConfigurableResource[Any]):
    """Holds the home's lock for as long as a run lasts, however the run was started."""

    config: str = Field(
        default="",
        description="Path of postsale.toml; blank: $POSTSALE_CONFIG, ./postsale.toml, then the sample company.",
    )
    as_of: str = Field(
        default="", description="Business dates after this day are not seen; blank: the latest in the data."
    )
    known_at: str = Field(default="", description="Row versions that arrived later are not seen; blank: now.")
    full_refresh: bool = Field(default=False, description="Rebuild incremental models too.")

    _lock: HomeLock | None = PrivateAttr(default=None)
    _configuration: Config | None = PrivateAttr(default=None)
    _fingerprint: dict[str, str] = PrivateAttr(default_factory=dict)

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """Take the lock, read the configuration, hash the inputs as they are now."""
        self._lock = HomeLock(self.home)
        self._lock.__enter__()
        self.home.prepare()
        os.environ.update(self.home.environment())
        self._configuration = load_config(self.config or None)
        self._fingerprint = self.request.fingerprint()
        prepare_raw_zone(self.home.path)

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        """Give the lock back."""
        if self._lock is not None:
            self._lock.__exit__(None, None, None)

    @property
    def home(self) -> Home:
        """The state directory."""
        return Home.from_environment()

    @property
    def request(self) -> RunRequest:
        """The same as a request of the command line."""
        return RunRequest(self.config or None, self.as_of or None, self.known_at or None, self.full_refresh)

    @property
    def configuration(self) -> Config:
        """The company's configuration."""
        if self._configuration is None:
            raise RuntimeError("the company resource is used outside a run")
        return self._configuration

    @property
    def fingerprint(self) -> dict[str, str]:
        """Hashes of inputs, code and clocks when the run began."""
        return self._fingerprint

    def read_next(self, name: str) -> list[dict[str, Any]]:
        """Rows of `next/<name>.parquet`: `parameters` has one, `sources` one per object of a connector."""
        with duckdb.connect() as connection:
            relation = connection.execute("select * from read_parquet(?)", [str(self.home.next / f"{name}.parquet")])
            names = [column[0] for column in relation.description]
            return [dict(zip(names, row, strict=True)) for row in relation.fetchall()]

    def facts(self) -> dict[str, Any]:
        """What is to be remembered about the build under way: its parameters and its fingerprint."""
        return {**self.read_next("parameters")[0], "fingerprint": self._fingerprint}
