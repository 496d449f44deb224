"""The code location. It puts together what `defs/` declares and decides nothing itself.

Importing it reads the prepared dbt manifest and the contracts under `defs/sources`, and opens nothing else.
"""

import dagster as dg

from orchestration.defs.build.assets import build_defs
from orchestration.defs.job.job import job_defs
from orchestration.defs.metrics.assets import metric_keys, metrics_defs
from orchestration.defs.publish.assets import LEDGER, publish_defs
from orchestration.defs.raw.assets import raw_defs
from orchestration.defs.site.assets import SITE, site_defs
from orchestration.defs.transform.assets import mart_keys, transform_defs
from orchestration.lib.contracts import load_connectors
from orchestration.lib.dbt import read_manifest
from orchestration.lib.home import Home

_connectors = load_connectors()
_manifest = read_manifest(Home.from_environment())
_metrics = metric_keys(_manifest)

defs = dg.Definitions.merge(
    raw_defs(_connectors),
    build_defs(_connectors),
    transform_defs(_manifest),
    metrics_defs(_manifest),
    # The pages show what the ledger holds.
    site_defs(_metrics, LEDGER),
    publish_defs([*mart_keys(_manifest), *_metrics, SITE], _metrics),
    job_defs(),
)
