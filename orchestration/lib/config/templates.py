"""The files that ``postsale init`` starts a company with."""

from __future__ import annotations

import json
from pathlib import Path

from orchestration.lib.config.load import CONFIG_NAME, ConfigError
from orchestration.lib.config.model import PolicyScalars
from orchestration.lib.contracts import load_connectors

EXPORTS = "exports"
POLICY = "policy"


def init_company(directory: Path | str) -> list[Path]:
    """Writes a commented ``postsale.toml``, one header-only CSV per canonical object and a folder for policy.

    Returns the files written. Raises ConfigError when one of them is already there; nothing is written then.
    """
    folder = Path(directory).expanduser()
    canonical = load_connectors()["canonical"]
    files = {folder / CONFIG_NAME: render_config()}
    for name, contract in canonical.objects.items():
        files[folder / EXPORTS / f"{name}.csv"] = ",".join(contract.columns) + "\n"
    files[folder / POLICY / "README.md"] = _policy_readme()
    for file in files:
        if file.exists():
            raise ConfigError(f"{file} is already there; name another folder, or remove it")
    for file, content in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    return list(files)


def render_config() -> str:
    """The commented configuration, with every scalar policy at its default."""
    connectors = load_connectors()
    scalars = []
    for name, field in PolicyScalars.model_fields.items():
        # A string or a list of strings is written in JSON as TOML writes it; numbers are the same in both.
        value = json.dumps(field.default)
        scalars += [f"# {field.description}", f"# {name} = {value}", ""]
    vendors = [
        f'# {connector.title}: connector = "{name}", formats {", ".join(connector.formats)}; '
        f"objects {', '.join(connector.objects)}"
        for name, connector in connectors.items()
        if not connector.is_policy and name != "canonical"
    ]
    return "\n".join(
        [
            "# What Postsale reads for this company. Relative paths are relative to this file.",
            "# `postsale check` lists what is wrong with it; `postsale run` builds the dashboards.",
            "",
            "# Nothing that happened after this day is seen. Left out: the latest business date in the data.",
            '# as_of = "2024-12-31"',
            "",
            "# The currency of every amount shown. Other currencies need a rate in policy/fx_rates.csv.",
            'reporting_currency = "USD"',
            "",
            "# The day of a timestamp is its day in this time zone.",
            'time_zone = "UTC"',
            "",
            "# Policy tables: a file here replaces the default of the same name.",
            f'policy_dir = "{POLICY}"',
            "",
            "[policy]",
            *scalars,
            "# Personal data can be replaced by pseudonyms while they are loaded: those of contacts, free text,",
            "# and the addresses (not the names) of staff.",
            "# The key is read from the environment variable, and from nowhere else.",
            "# [privacy]",
            '# pseudonymise = ["contact", "free_text"]',
            '# key_env = "POSTSALE_PRIVACY_KEY"',
            "",
            "# One table per system. The name is yours; it is shown beside the data that came from it.",
            "# Files that still hold nothing but their header count as not connected.",
            "[sources.company]",
            'connector = "canonical"',
            'kind = "files"',
            f'path = "{EXPORTS}"',
            "",
            "# Exports of a vendor in the vendor's own shape need no template:",
            *vendors,
            "#",
            "# [sources.crm]",
            '# connector = "salesforce"',
            '# kind = "files"',
            '# path = "salesforce"',
            "",
        ]
    )


def _policy_readme() -> str:
    tables = [
        f"- `{name}.csv`: {contract.description.strip()} Columns: {', '.join(contract.columns)}."
        for name, contract in load_connectors()["policy"].objects.items()
    ]
    return "\n".join(
        [
            "# Policy tables",
            "",
            "A CSV file in this folder replaces the default table of the same name. Without one, the default applies.",
            "",
            *tables,
            "",
        ]
    )
