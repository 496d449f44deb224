"""Finds, reads and checks ``postsale.toml``."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from orchestration.lib.config.model import Config, EngineConfig, PolicyScalars, PrivacyConfig, SiteConfig, SourceConfig
from orchestration.lib.contracts import load_connectors
from orchestration.lib.errors import UsageError
from orchestration.lib.project import SAMPLE_CONFIG

CONFIG_NAME = "postsale.toml"
_SECTIONS: dict[str, type[BaseModel]] = {
    "policy": PolicyScalars,
    "site": SiteConfig,
    "engine": EngineConfig,
    "privacy": PrivacyConfig,
}
_TOP_KEYS = [name for name in Config.model_fields if name != "file"]
_SOURCE_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SECRET = re.compile(r"(secret|token|password|passwd|api_?key|credential)", re.IGNORECASE)


class ConfigError(UsageError):
    """``postsale.toml`` cannot be used; the message names the file, the line or key, and the mend."""

    exit_code = 2


def find_config(path: Path | str | None = None) -> Path:
    """The configuration file: ``path``, else $POSTSALE_CONFIG, else ./postsale.toml, else the bundled sample's.

    Raises ConfigError when a file that was named is not there.
    """
    for named, origin in ((path, "--config"), (os.environ.get("POSTSALE_CONFIG"), "$POSTSALE_CONFIG")):
        if named:
            file = Path(named).expanduser()
            if file.is_dir():
                file = file / CONFIG_NAME
            if not file.is_file():
                raise ConfigError(f"{file}: no such file ({origin}); `postsale init DIR` writes one to start from")
            return file.resolve()
    here = Path(CONFIG_NAME)
    return (here if here.is_file() else SAMPLE_CONFIG).resolve()


def load_config(path: Path | str | None = None) -> Config:
    """Reads the configuration that ``find_config`` finds; relative paths in it are relative to its folder.

    Raises ConfigError naming the file, the line and the mend: not TOML, a key that does not exist (with
    the one that was probably meant), a value that is not allowed, a folder that is not there.
    """
    file = find_config(path)
    try:
        text = file.read_text(encoding="utf-8")
        declared = tomllib.loads(text)
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: byte {error.start} is not UTF-8; save the file as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}: not valid TOML: {error}") from error
    reader = _Reader(file, text)
    reader.check_keys(declared)
    reader.check_sources(declared.get("sources", {}))
    prepared = reader.with_absolute_paths(declared)
    try:
        config = Config.model_validate({**prepared, "file": file})
    except ValidationError as error:
        raise reader.invalid(error) from error
    reader.check_folders(config)
    return config


class _Reader:
    """Errors about one configuration file, with the line where it is known."""

    def __init__(self, file: Path, text: str) -> None:
        self._file = file
        self._lines = text.splitlines()

    def error(self, message: str, *, section: str = "", key: str = "") -> ConfigError:
        line = self._line_of(section, key)
        place = f"{self._file} line {line}" if line else f"{self._file}"
        return ConfigError(f"{place}: {message}")

    def _line_of(self, section: str, key: str) -> int | None:
        """Where ``key`` of ``[section]`` stands; the section's own line when ``key`` is blank."""
        current = ""
        for number, line in enumerate(self._lines, start=1):
            header = re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", line)
            if header:
                current = header.group(1).replace('"', "")
                if not key and current == section:
                    return number
            elif key and current == section and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[.=]", line):
                return number
        return None

    def check_keys(self, declared: dict[str, Any]) -> None:
        self._check_known("", declared, _TOP_KEYS)
        for section, model in _SECTIONS.items():
            value = declared.get(section, {})
            if section == "engine" and isinstance(value, str):
                continue
            if not isinstance(value, dict):
                raise self.error(f"{section} is a table; write it as [{section}]", key=section)
            self._check_known(section, value, list(model.model_fields))

    def _check_known(self, section: str, values: dict[str, Any], known: list[str]) -> None:
        for key in values:
            if key in known:
                continue
            shown = f"[{section}] {key}" if section else key
            if section.startswith("sources.") and _SECRET.search(key):
                raise self.error(
                    f"{shown} does not belong here: secrets are read from environment variables and never stored",
                    section=section,
                    key=key,
                )
            close = difflib.get_close_matches(key.lower(), known, n=1, cutoff=0.6)
            home = None if close else self._home_of(key, section)
            if close:
                mend = f"did you mean {close[0]!r}?"
            elif home is not None:
                mend = f"it belongs {'under [' + home + ']' if home else 'at the top, before the first [section]'}"
            else:
                mend = f"known keys: {', '.join(known)}"
            is_table = isinstance(values[key], dict)
            raise self.error(
                f"unknown key {shown!r}; {mend}",
                section=(f"{section}.{key}" if section else key) if is_table else section,
                key="" if is_table else key,
            )

    @staticmethod
    def _home_of(key: str, section: str) -> str | None:
        """The section that a misplaced key belongs to; blank for the top."""
        if section and key in _TOP_KEYS:
            return ""
        return next((name for name, model in _SECTIONS.items() if name != section and key in model.model_fields), None)

    def check_sources(self, sources: Any) -> None:
        if not isinstance(sources, dict) or not sources:
            raise self.error("no source is declared; add a [sources.<name>] with connector and path")
        connectors = [name for name, connector in load_connectors().items() if not connector.is_policy]
        for name, source in sources.items():
            section = f"sources.{name}"
            if not isinstance(source, dict):
                raise self.error(f"[{section}] must be a table with connector and path", section="sources", key=name)
            if not _SOURCE_NAME.fullmatch(name) or name == "policy":
                raise self.error(
                    f"source name {name!r} cannot be used; take small letters, digits and underscores", section=section
                )
            self._check_known(section, source, list(SourceConfig.model_fields))
            for key in ("connector", "path"):
                if key not in source:
                    raise self.error(f"[{section}] has no {key}", section=section)
            connector = source["connector"]
            if connector not in connectors:
                close = difflib.get_close_matches(str(connector).lower(), connectors, n=1, cutoff=0.6)
                mend = f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(connectors)}"
                raise self.error(
                    f"[{section}] unknown connector {connector!r}; {mend}", section=section, key="connector"
                )

    def with_absolute_paths(self, declared: dict[str, Any]) -> dict[str, Any]:
        prepared = dict(declared)
        if isinstance(prepared.get("policy_dir"), str):
            prepared["policy_dir"] = self._absolute(prepared["policy_dir"])
        prepared["sources"] = {
            name: {**source, "path": self._absolute(source["path"])} if isinstance(source["path"], str) else source
            for name, source in declared["sources"].items()
        }
        return prepared

    def _absolute(self, path: str) -> Path:
        return (self._file.parent / Path(path).expanduser()).resolve()

    def invalid(self, error: ValidationError) -> ConfigError:
        first = error.errors()[0]
        *sections, key = [str(part) for part in first["loc"]]
        section = ".".join(sections)
        shown = f"[{section}] {key}" if section else key
        value = first.get("input")
        message = first["msg"].removeprefix("Value error, ")
        if key == "reporting_currency":
            message = "must be the three capital letters of a currency, like USD"
        return self.error(f"{shown} = {value!r}: {message[:1].lower()}{message[1:]}", section=section, key=key)

    def check_folders(self, config: Config) -> None:
        if config.policy_dir and not config.policy_dir.is_dir():
            raise self.error(
                f"policy_dir: no folder {config.policy_dir}; create it, or remove the key", key="policy_dir"
            )
        if config.policy_dir:
            self._check_policy_files(config.policy_dir)
        for name, source in config.sources.items():
            if not source.path.is_dir():
                raise self.error(
                    f"[sources.{name}] path: no folder {source.path}; create it, or correct the path",
                    section=f"sources.{name}",
                    key="path",
                )

    def _check_policy_files(self, folder: Path) -> None:
        """A misspelt policy file would leave the default in force without a word."""
        known = list(load_connectors()["policy"].objects)
        for file in sorted(folder.glob("*.csv")):
            if file.stem not in known:
                close = difflib.get_close_matches(file.stem.lower(), known, n=1, cutoff=0.6)
                mend = f"did you mean {close[0]}.csv?" if close else f"there are: {', '.join(known)}"
                raise ConfigError(f"{file}: no policy table of this name; {mend}")
