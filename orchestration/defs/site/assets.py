"""The dashboards: a static site that shows exported metrics and computes nothing."""

from collections.abc import Iterable

import dagster as dg

from orchestration.lib.dbt.translator import OWNERS
from orchestration.lib.run.progress import say
from orchestration.lib.run.resource import CompanyBuild

SITE = dg.AssetKey(["site"])


def site_defs(metrics: Iterable[dg.AssetKey]) -> dg.Definitions:
    """The built pages, downstream of every exported metric."""

    @dg.asset(
        key=SITE,
        deps=list(metrics),
        group_name="site",
        kinds={"evidence", "html"},
        owners=OWNERS,
        description="The static site: every page of `reports/pages`, from exported tables, marts and the ledger.",
    )
    def site(context: dg.AssetExecutionContext, company: CompanyBuild) -> dg.MaterializeResult[None]:
        from orchestration.lib.site import build_site

        home = company.home
        result = build_site(
            warehouse=home.next / "warehouse.duckdb",
            out_dir=home.next / "site",
            work_dir=home.path / "site_work",
            base_path=company.configuration.site.base_path,
            on_progress=lambda message: say(f"pages: {message}"),
        )
        spent = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in result.seconds.items())
        say(f"pages: {'unchanged' if result.is_reused else 'built'} ({spent})")
        return dg.MaterializeResult(
            metadata={
                "path": dg.MetadataValue.path(str(home.site)),
                "reused": result.is_reused,
                "exported rows shown": sum(result.rows.values()),
                "time": spent,
            }
        )

    return dg.Definitions(assets=[site])
