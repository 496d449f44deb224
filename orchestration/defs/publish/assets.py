"""Publishing: the last step, reached only when every check before it has passed."""

from collections.abc import Iterable

import dagster as dg

from orchestration.lib.dbt.translator import OWNERS
from orchestration.lib.home import publish
from orchestration.lib.run.progress import say
from orchestration.lib.run.resource import CompanyBuild


def publish_defs(upstream: Iterable[dg.AssetKey]) -> dg.Definitions:
    """The published build, downstream of the pages and of everything they show."""

    @dg.asset(
        key=["publish", "build"],
        deps=list(upstream),
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

    return dg.Definitions(assets=[published_build])
