"""The dashboards: a static site that shows exported metrics and computes nothing."""

from collections.abc import Iterable

import dagster as dg

from orchestration.lib.dbt.translator import OWNERS
from orchestration.lib.run.progress import say, tick
from orchestration.lib.run.resource import CompanyBuild

SITE = dg.AssetKey(["site"])
HEADLINES = dg.AssetKey(["site", "headlines"])


def site_defs(metrics: Iterable[dg.AssetKey], traced_from: dg.AssetKey) -> dg.Definitions:
    """The built pages, downstream of every exported metric and of the traces of the headline numbers.

    `traced_from` keeps the compiled models of the build, by which numbers are made again.
    """

    @dg.asset(
        key=HEADLINES,
        deps=[traced_from],
        group_name="site",
        kinds={"python", "duckdb"},
        owners=OWNERS,
        pool="warehouse",
        description=(
            "The headline numbers of the pages, traced: their fact rows, the raw rows behind them, and each number "
            "made again from those rows alone. `audit.headline*` in the warehouse."
        ),
    )
    def headlines(company: CompanyBuild) -> dg.MaterializeResult[None]:
        from orchestration.lib.trace.headlines import record_headlines

        company.home.open_warehouse(fresh=False)
        verdicts = record_headlines(company.home, tick)
        off = {metric: words for metric, (reconciles, words) in verdicts.items() if not reconciles}
        for metric, words in off.items():
            say(f"headlines: {metric} {words}")
        say(f"headlines: {len(verdicts) - len(off)} of {len(verdicts)} numbers made again from their raw rows")
        return dg.MaterializeResult(metadata={"traced": len(verdicts), "not reconciled": len(off)})

    @dg.asset(
        key=SITE,
        deps=[*metrics, HEADLINES],
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

    return dg.Definitions(assets=[headlines, site])
