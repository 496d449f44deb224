"""`python -m orchestration.lib.dbt`: prepare the manifest, for tools that load the code location on their own."""

from orchestration.lib.dbt.manifest import prepare_manifest
from orchestration.lib.home import Home

if __name__ == "__main__":
    home = Home.from_environment()
    home.prepare()
    print(prepare_manifest(home))
