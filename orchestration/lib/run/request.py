"""What a run was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from orchestration.lib.config import find_config, load_config
from orchestration.lib.errors import UsageError
from orchestration.lib.home import Home
from orchestration.lib.privacy import Pseudonyms
from orchestration.lib.run.unchanged import company_fingerprint


@dataclass(frozen=True)
class RunRequest:
    """Arguments of `postsale run`, as they were given. Blank or None is the default of each."""

    config: str | None = None
    as_of: str | None = None
    known_at: str | None = None
    full_refresh: bool = False
    with_site: bool = True

    def checked(self) -> RunRequest:
        """The same with the configuration's path resolved. Raises `UsageError` when an argument cannot be used."""
        parse_day(self.as_of)
        parse_moment(self.known_at)
        file = find_config(self.config)
        Pseudonyms.of(load_config(file))
        return RunRequest(str(file), self.as_of, self.known_at, self.full_refresh, self.with_site)

    def fingerprint(self) -> dict[str, str]:
        """Hashes of everything the outcome depends on."""
        config = load_config(self.config)
        return company_fingerprint(config, Home.from_environment(), as_of=self.as_of, known_at=self.known_at)

    def as_resource_config(self) -> dict[str, object]:
        """The same for the Dagster resource `company`."""
        return {
            "config": self.config or "",
            "as_of": self.as_of or "",
            "known_at": self.known_at or "",
            "full_refresh": self.full_refresh,
        }


def parse_day(text: str | None) -> date | None:
    """A day in ISO form, or None for blank. Raises `UsageError`."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--as-of {text!r} is not a date: write it like 2025-03-31") from None


def parse_moment(text: str | None) -> datetime | None:
    """A time in ISO form as UTC without offset, or None for blank; a day means its end. Raises `UsageError`."""
    if not text:
        return None
    try:
        if len(text) == len("2025-03-31"):
            return datetime.combine(date.fromisoformat(text), datetime.max.time())
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--known-at {text!r} is not a time: write it like 2025-03-31T18:00:00Z") from None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
