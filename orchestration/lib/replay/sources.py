"""Where a replay reads its raw tables: the raw zone as it is, or a part of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from orchestration.lib.contracts import load_connectors
from orchestration.lib.contracts.sql import literal
from orchestration.lib.loader.zone import RawZone


def raw_sources(
    home: Path, build_dir: Path, where: Mapping[str, str] | None = None, *, others: str = "true"
) -> dict[str, str]:
    """SQL of every raw table that models read: the raw zone of `home`, the parameters of the build in `build_dir`.

    `where` holds conditions over raw columns, by `connector.object`; `others` is the condition for objects that it
    does not name (`false`: those are empty).
    """
    zone = RawZone.of(home)
    found = zone_sources(zone)
    for name in ("parameters", "sources"):
        found[f"build.{name}"] = f"select * from read_parquet({literal(str(build_dir / f'{name}.parquet'))})"
    for connector_name, connector in load_connectors().items():
        for name in connector.objects:
            key = f"{connector_name}.{name}"
            condition = (where or {}).get(key, others)
            found[key] = f"select * from {zone.object_relation(connector_name, name)} where {condition}"
    return found


def zone_sources(zone: RawZone) -> dict[str, str]:
    """SQL of what the raw zone says about itself."""
    return {
        "raw_zone.loads": f"select * from {zone.loads_relation()}",
        "raw_zone.quarantine": f"select * from {zone.quarantine_relation()}",
        "raw_zone.replays": f"select * from {zone.replays_relation()}",
        "raw_zone.erasures": f"select * from {zone.erasures_relation()}",
    }
