"""What one build is told: its clocks, its policy, the state of its inputs; and the checks of the company as a whole."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from orchestration.lib.checks import Problem, check_inputs
from orchestration.lib.contracts import Connector
from orchestration.lib.dbt.translator import OWNERS, source_key
from orchestration.lib.parameters import resolve
from orchestration.lib.run.progress import say
from orchestration.lib.run.request import parse_day, parse_moment
from orchestration.lib.run.resource import CompanyBuild

PARAMETERS = dg.AssetKey(["build", "parameters"])
SOURCES = dg.AssetKey(["build", "sources"])
LOADS = dg.AssetKey(["raw_zone", "loads"])
QUARANTINE = dg.AssetKey(["raw_zone", "quarantine"])
REPLAYS = dg.AssetKey(["raw_zone", "replays"])
ERASURES = dg.AssetKey(["raw_zone", "erasures"])

CAN_BE_BUILT = "inputs_can_be_built_from"
NEEDS_NO_LOOK = "inputs_need_no_look"
FRESH = "is_fresh"
EXAMPLES = 20

DESCRIPTIONS = {
    PARAMETERS: "One row: as_of, known_at, reporting currency and scalar policy, decided once for the whole build.",
    SOURCES: "One row per object of every connector: whether it is connected, up to when, when it was last loaded.",
    LOADS: "The load ledger: one row per file and content; arrived = loaded + duplicate + quarantined.",
    QUARANTINE: "Every row that was set aside, with its file, its row and the reason.",
    REPLAYS: "Every row that was set aside, then mended and loaded after all, with the load that brought it.",
    ERASURES: "Every file from which a person was removed, by pseudonym.",
}


def build_defs(connectors: Mapping[str, Connector]) -> dg.Definitions:
    """The build's parameters and the ledgers of its inputs, downstream of everything that is loaded."""
    raw = [source_key(name, table) for name, connector in connectors.items() for table in connector.objects]

    @dg.multi_asset(
        name="resolve_build",
        specs=[
            dg.AssetSpec(key, deps=raw, description=text, group_name="build", kinds={"parquet"}, owners=OWNERS)
            for key, text in DESCRIPTIONS.items()
        ],
        check_specs=[
            dg.AssetCheckSpec(
                CAN_BE_BUILT,
                asset=PARAMETERS,
                blocking=True,
                description="Policy meets, currencies have rates, parents form no cycle, connected objects were read.",
            ),
            dg.AssetCheckSpec(
                NEEDS_NO_LOOK, asset=PARAMETERS, description="Nothing in the inputs asks for a second look."
            ),
        ],
        pool="raw_zone",
    )
    def resolve_build(context: dg.AssetExecutionContext, company: CompanyBuild) -> Iterator[dg.MaterializeResult[None]]:
        home = company.home
        home.clear_next()
        parameters = resolve(
            company.configuration, home.path, as_of=parse_day(company.as_of), known_at=parse_moment(company.known_at)
        )
        parameters.write(home.path)
        problems = check_inputs(company.configuration, home.path, parameters.as_of, parameters.known_at)
        for problem in problems:
            say(str(problem))
        say(
            f"as of {parameters.as_of} ({parameters.as_of_origin}), "
            f"known at {parameters.known_at:%Y-%m-%d %H:%M:%S} UTC"
        )
        yield dg.MaterializeResult(
            asset_key=PARAMETERS,
            metadata={
                "as_of": str(parameters.as_of),
                "as_of comes from": parameters.as_of_origin,
                "known_at": str(parameters.known_at),
                "last closed month-end": str(parameters.last_closed_month_end),
                "reporting currency": parameters.reporting_currency,
                "build": parameters.build_id,
            },
            check_results=[
                _verdict(
                    CAN_BE_BUILT,
                    [problem for problem in problems if problem.severity == "error"],
                    dg.AssetCheckSeverity.ERROR,
                ),
                _verdict(
                    NEEDS_NO_LOOK,
                    [problem for problem in problems if problem.severity != "error"],
                    dg.AssetCheckSeverity.WARN,
                ),
            ],
        )
        yield dg.MaterializeResult(asset_key=SOURCES, metadata={"dagster/row_count": len(parameters.sources)})
        yield dg.MaterializeResult(asset_key=LOADS)
        yield dg.MaterializeResult(asset_key=QUARANTINE)
        yield dg.MaterializeResult(asset_key=REPLAYS)
        yield dg.MaterializeResult(asset_key=ERASURES)

    return dg.Definitions(assets=[resolve_build], asset_checks=[_freshness(connectors)])


def _verdict(name: str, problems: list[Problem], severity: dg.AssetCheckSeverity) -> dg.AssetCheckResult:
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return dg.AssetCheckResult(
        asset_key=PARAMETERS,
        check_name=name,
        passed=not problems,
        severity=severity,
        description=f"{problems[0]}{more}" if problems else "nothing found",
        metadata={
            "found": len(problems),
            "problems": dg.MetadataValue.md("\n".join(f"- {problem}" for problem in problems[:EXAMPLES])),
        },
    )


def _freshness(connectors: Mapping[str, Connector]) -> dg.AssetChecksDefinition:
    """One check per raw object whose contract says how often news is expected, judged as of the build's own day."""
    expected = [
        (source_key(name, table), contract)
        for name, connector in connectors.items()
        for table, contract in connector.objects.items()
        if not connector.is_policy
    ]

    @dg.multi_asset_check(
        name="freshness",
        specs=[
            dg.AssetCheckSpec(
                FRESH,
                asset=key,
                additional_deps=[SOURCES],
                description="Its newest business date is no older than the contract expects.",
            )
            for key, _ in expected
        ],
    )
    def freshness(company: CompanyBuild) -> Iterator[dg.AssetCheckResult]:
        found: dict[dg.AssetKey, list[dict[str, Any]]] = {}
        for status in company.read_next("sources"):
            found.setdefault(source_key(status["connector"], status["object"]), []).append(status)
        for key, _ in expected:
            connected = [status for status in found.get(key, []) if status["is_connected"]]
            stale = [status for status in connected if status["is_stale"]]
            newest = max((status["latest_event_on"] for status in connected if status["latest_event_on"]), default=None)
            yield dg.AssetCheckResult(
                asset_key=key,
                check_name=FRESH,
                passed=not stale,
                severity=dg.AssetCheckSeverity.WARN,
                description=f"nothing newer than {newest}"
                if stale
                else ("up to date" if connected else "not connected"),
                metadata={
                    "newest business date": str(newest),
                    "expected every days": ", ".join(str(status["expected_every_days"]) for status in connected) or "–",
                },
            )

    return freshness
