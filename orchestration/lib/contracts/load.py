"""Reads the contract files."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from orchestration.lib.contracts.model import Connector


class ContractError(ValueError):
    """A contract file is wrong; the message names the file, the place in it and the fault."""


def contracts_dir() -> Path:
    """Folder of the contract files that ship with Postsale."""
    return Path(__file__).resolve().parents[2] / "defs" / "sources"


@lru_cache(maxsize=8)
def _load(directory: Path) -> dict[str, Connector]:
    connectors: dict[str, Connector] = {}
    for file in sorted(directory.glob("*.yml")):
        try:
            declared = yaml.safe_load(file.read_text(encoding="utf-8"))
            connector = Connector.model_validate(declared)
        except yaml.YAMLError as error:
            raise ContractError(f"{file.name}: not valid YAML: {error}") from error
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise ContractError(f"{file.name}: {place}: {first['msg']}") from error
        if connector.connector != file.stem:
            raise ContractError(f"{file.name}: declares connector {connector.connector!r}; name the file after it")
        connectors[connector.connector] = connector
    return connectors


def load_connectors(directory: Path | None = None) -> dict[str, Connector]:
    """All declared connectors by name, ``policy`` among them.

    Raises ContractError when a file does not have the shape of a contract.
    """
    return dict(_load(directory or contracts_dir()))
