"""Raw objects: what arrived, as it arrived. One asset per object that a connector declares.

All objects of a connector are loaded in one step, for a step costs more than a small file. The graph is the
same for every company: what a company does not connect stays an empty table.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from orchestration.lib.contracts import Connector, ObjectContract
from orchestration.lib.dbt.translator import OWNERS, source_key
from orchestration.lib.loader import LoadRecord, load_policy, load_source
from orchestration.lib.run.progress import say, tick
from orchestration.lib.run.resource import CompanyBuild
from orchestration.lib.run.summary import Quarantined, quarantined_rows

CONTRACT_CHECK = "keeps_contract"
EXAMPLES = 20


def raw_defs(connectors: Mapping[str, Connector]) -> dg.Definitions:
    """Landing folders and raw objects of every connector, policy tables among them."""
    return dg.Definitions(
        assets=[
            *(_landing(connector) for connector in connectors.values()),
            *(_raw_objects(connector) for connector in connectors.values()),
        ]
    )


def _landing_key(connector: Connector) -> dg.AssetKey:
    return dg.AssetKey(["landing", connector.connector])


def _group(connector: Connector) -> str:
    return f"raw_{connector.connector}"


def _landing(connector: Connector) -> dg.AssetSpec:
    return dg.AssetSpec(
        _landing_key(connector),
        description=f"Files in the folders that the company's configuration names. {connector.description.strip()}",
        group_name=_group(connector),
        kinds=set(connector.formats),
        owners=OWNERS,
    )


def _raw_objects(connector: Connector) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=f"load_{connector.connector}",
        specs=[_raw_object(connector, name, contract) for name, contract in connector.objects.items()],
        check_specs=[
            dg.AssetCheckSpec(
                CONTRACT_CHECK,
                asset=source_key(connector.connector, name),
                description="Every row that arrived has the columns, types, keys and values of its contract.",
            )
            for name in connector.objects
        ],
        can_subset=True,
        pool="raw_zone",
    )
    def load(context: dg.AssetExecutionContext, company: CompanyBuild) -> Iterator[dg.MaterializeResult[None]]:
        records = _load(connector, company)
        set_aside = quarantined_rows(company.home.raw, connector.connector, EXAMPLES)
        for name in connector.objects:
            key = source_key(connector.connector, name)
            if key in context.selected_asset_keys:
                yield _result(key, [record for record in records if record.object == name], set_aside.get(name, []))

    return load


def _raw_object(connector: Connector, name: str, contract: ObjectContract) -> dg.AssetSpec:
    return dg.AssetSpec(
        source_key(connector.connector, name),
        deps=[_landing_key(connector)],
        description=contract.description.strip(),
        group_name=_group(connector),
        kinds={"parquet"},
        owners=OWNERS,
        metadata={
            "key": ", ".join(contract.key),
            "required columns": ", ".join(contract.required),
            "feeds": contract.canonical or "nothing yet",
        },
    )


def _load(connector: Connector, company: CompanyBuild) -> list[LoadRecord]:
    config, home = company.configuration, company.home.path
    if connector.is_policy:
        return load_policy(config, home, on_progress=tick)
    records = []
    for name, source in config.sources.items():
        if source.connector == connector.connector:
            loaded = load_source(config, home, name, on_progress=tick)
            say(_in_words(name, loaded))
            records += loaded
    return records


def _in_words(source: str, records: list[LoadRecord]) -> str:
    if not records:
        return f"load {source}: no new files"
    rows = sum(record.rows_loaded for record in records)
    duplicate = sum(record.rows_duplicate for record in records)
    set_aside = sum(record.rows_quarantined for record in records)
    refused = sum(record.status == "quarantined" for record in records)
    return (
        f"load {source}: {len(records)} new files, {rows:,} rows, {duplicate:,} duplicate, {set_aside:,} quarantined"
        + (f", {refused} whole files refused" if refused else "")
    )


def _result(key: dg.AssetKey, records: list[LoadRecord], set_aside: list[Quarantined]) -> dg.MaterializeResult[Any]:
    rows = sum(found.rows for found in set_aside)
    return dg.MaterializeResult(
        asset_key=key,
        metadata={
            "new files": len(records),
            "dagster/row_count": sum(record.rows_loaded for record in records),
            "rows arrived": sum(record.rows_arrived for record in records),
            "rows duplicate": sum(record.rows_duplicate for record in records),
            "rows quarantined": sum(record.rows_quarantined for record in records),
            "rows late": sum(record.rows_late or 0 for record in records),
            "load ids": ", ".join(record.load_id for record in records[-EXAMPLES:]) or "none",
        },
        check_results=[
            dg.AssetCheckResult(
                asset_key=key,
                check_name=CONTRACT_CHECK,
                passed=rows == 0,
                severity=dg.AssetCheckSeverity.WARN,
                description=f"{rows:,} rows are in quarantine" if rows else "every row was accepted",
                metadata={
                    "quarantined": rows,
                    **{f"{found.reason}: rows": found.rows for found in set_aside},
                    **{f"{found.reason}: where": found.example for found in set_aside},
                },
            )
        ],
    )
