"""What a build is made from, as one hash: equal hashes mean that nothing would come out differently."""

from __future__ import annotations

import hashlib
import json

from orchestration.lib.config import Config
from orchestration.lib.home import Home
from orchestration.lib.loader.zone import RawZone
from orchestration.lib.project import code_fingerprint, fingerprint


def company_fingerprint(config: Config, home: Home, *, as_of: str | None, known_at: str | None) -> dict[str, str]:
    """Hashes of the parts: `inputs` (configuration, policy and source files, by content), `code`, `clocks`, and
    `replays` (what was loaded from the quarantine) once there are any.

    `as_of` and `known_at` are those that were asked for: without them a build means "the latest", and stays
    the latest until an input changes.
    """
    inputs = [config.file, *([config.policy_dir] if config.policy_dir else [])]
    inputs += [source.path for source in config.sources.values()]
    replays = sorted(file.stem for file in RawZone.of(home.path).replays.glob("[0-9]*.parquet"))
    return {
        "inputs": fingerprint(inputs, root=config.file.parent),
        "code": code_fingerprint(),
        "clocks": hashlib.sha256(json.dumps([as_of or None, known_at or None]).encode()).hexdigest(),
        **({"replays": hashlib.sha256(json.dumps(replays).encode()).hexdigest()} if replays else {}),
    }


def differences(before: dict[str, str] | None, now: dict[str, str]) -> list[str]:
    """Names of the parts that differ, for people."""
    words = {
        "inputs": "the inputs, the policy or the configuration",
        "code": "Postsale itself",
        "clocks": "as_of or known_at",
        "replays": "the rows replayed from quarantine",
    }
    return [words[part] for part in now if (before or {}).get(part) != now[part]]
