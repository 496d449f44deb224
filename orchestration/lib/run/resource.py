"""What one run is of: the company's configuration, its home, and the two clocks it was asked for."""

from __future__ import annotations

from contextlib import contextmanager
from collections.abc import Iterator
from functools import cached_property

import dagster as dg
from pydantic import Field, PrivateAttr

from orchestration.lib.home import Home, HomeLock


class CompanyBuild(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Holds the home's lock for as long as the run lasts."""

    config: str = Field(default="", description="Path of postsale.toml; blank: $POSTSALE_CONFIG, ./postsale.toml, then the sample company.")
    as_of: str = Field(default="", description="Business dates after this day are not seen; blank: the latest in the data.")
    known_at: str = Field(default="", description="Row versions that arrived later are not seen; blank: now.")
    full_refresh: bool = Field(default=False, description="Rebuild incremental models too.")
