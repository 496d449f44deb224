"""`python -m orchestration.lib.dbt.keep`: read the project and compile the exports, before any home asks for them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from orchestration.lib.dbt.kept import KeptProject
from orchestration.lib.dbt.manifest import prepare_manifest
from orchestration.lib.home import Home
from orchestration.lib.semantic.compile_ahead import finish_compiling, start_compiling


def main() -> None:
    """Keep the project as it is now, and say where."""
    with tempfile.TemporaryDirectory(prefix="postsale-") as folder:
        home = Home(Path(folder).resolve())
        home.prepare()
        prepare_manifest(home)
        start_compiling(home)
        finish_compiling(home)
        print(KeptProject.current(home).folder)


if __name__ == "__main__":
    main()
