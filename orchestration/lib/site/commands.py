"""Running Node programs: nothing of the caller's settings, full output kept in a log, no orphan left behind."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from orchestration.lib.site.errors import SiteError
from orchestration.lib.site.node import Node

_KEPT = ("HOME", "LANG", "LC_ALL", "PATH", "SHELL", "TEMP", "TMP", "TMPDIR", "TZ", "USER", "USERPROFILE", "SystemRoot")
# What npm needs to reach the registry that a company's machine is set up for.
_KEPT_PREFIXES = (
    *("npm_config_", "NPM_CONFIG_", "NODE_EXTRA_CA_CERTS", "SSL_CERT_"),
    *("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"),
)
_LAST_LINES = 25


def node_environment(node: Node, tools: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Environment for Evidence and npm. `tools` gets launchers named node, npm and npx, first on PATH."""
    tools.mkdir(parents=True, exist_ok=True)
    launchers = {
        "node": f'exec "{node.node}" "$@"',
        "npm": f'exec "{node.node}" "{node.npm_cli}" "$@"',
        "npx": f'exec "{node.node}" "{node.npm_cli.with_name("npx-cli.js")}" "$@"',
    }
    for name, command in launchers.items():
        launcher = tools / name
        launcher.write_text(f"#!/bin/sh\n{command}\n")
        launcher.chmod(0o755)
    kept = {k: v for k, v in os.environ.items() if k in _KEPT or k.startswith(_KEPT_PREFIXES)}
    return {
        **kept,
        "PATH": os.pathsep.join([str(tools), kept.get("PATH", os.defpath)]),
        # Evidence's usage statistics, npm's and browserslist's notices: nothing goes to another host.
        "SEND_ANONYMOUS_USAGE_STATS": "no",
        "DO_NOT_TRACK": "1",
        "NO_UPDATE_NOTIFIER": "1",
        "npm_config_update_notifier": "false",
        "BROWSERSLIST_IGNORE_OLD_DATA": "1",
        "NO_COLOR": "1",
        "FORCE_COLOR": "0",
        "CI": "true",
        # Dates are exported as text; what is left of dates in Evidence must not move with the machine's zone.
        "TZ": "UTC",
        **(more or {}),
    }


def run_logged(
    command: Sequence[str], *, cwd: Path, env: Mapping[str, str], log: Path, timeout: float, what: str
) -> None:
    """Run to the end, or raise `SiteError` with the last lines of the log. The whole process group ends with it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        process = subprocess.Popen(
            list(command),
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise SiteError(f"{what} did not end within {timeout:.0f} s; its output is in {log}") from None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    if code != 0:
        last = "\n".join(log.read_text(errors="replace").splitlines()[-_LAST_LINES:])
        raise SiteError(f"{what} failed (exit {code}); the whole output is in {log}\n{last}")
