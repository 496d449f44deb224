"""Publishing: the ledger of what is published, then the last step, reached only when every check has passed."""

from collections.abc import Iterable

import dagster as dg

from orchestration.lib.dbt.translator import OWNERS
from orchestration.lib.home import publish
from orchestration.lib.ledger import settle
from orchestration.lib.restatement import record
from orchestration.lib.run.progress import say, tick
from orchestration.lib.run.resource import CompanyBuild

LEDGER = dg.AssetKey(["audit", "ledger"])


def publish_defs(upstream: Iterable[dg.AssetKey], exports: Iterable[dg.AssetKey]) -> dg.Definitions:
    """The published build, downstream of the pages and of everything they show; `exports` go into the ledger."""

    @dg.asset(
        key=LEDGER,
        deps=list(exports),
        group_name="audit",
        kinds={"python", "duckdb"},
        owners=OWNERS,
        pool="warehouse",
        description=(
            "Append-only, hash-chained: every exported metric value that is new, differs from the one published "
            "before, or is published no longer; and why values of closed periods changed, in parts that add up. It "
            "becomes part of the ledger when the build is published."
        ),
    )
    def ledger(company: CompanyBuild) -> dg.MaterializeResult[None]:
        company.home.open_warehouse(fresh=False)
        appended = record(company.home, company.facts(), tick)
        restated = f", {appended.restated} values of closed periods restated" if appended.restated else ""
        say(f"ledger: {appended.entries} entries{restated}")
        return dg.MaterializeResult(
            metadata={"dagster/row_count": appended.entries, "restated values": appended.restated}
        )

    @dg.asset(
        key=["publish", "build"],
        deps=[*upstream, LEDGER],
        group_name="publish",
        kinds={"python"},
        owners=OWNERS,
        pool="warehouse",
        description=(
            "The build that is served: `next/` moved to `builds/<id>/` and every link swapped to it at once. "
            "A run that fails before this step leaves the earlier build served."
        ),
    )
    def published_build(context: dg.AssetExecutionContext, company: CompanyBuild) -> dg.MaterializeResult[None]:
        facts = company.facts()
        build = publish(company.home, str(facts["build_id"]), {**facts, "run_id": context.run_id})
        settle(company.home)
        say(f"published build {build.id}")
        return dg.MaterializeResult(
            metadata={
                "build": build.id,
                "as_of": str(facts["as_of"]),
                "known_at": str(facts["known_at"]),
                "path": dg.MetadataValue.path(str(build.path)),
                "site of build": build.site_build or "none yet",
            }
        )

    return dg.Definitions(assets=[ledger, published_build])
