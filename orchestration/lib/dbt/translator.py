"""How dbt's nodes are named and grouped in Dagster. Decided from the node's place in the tree, never from its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtProject

OWNERS = ["team:data-platform"]

# Sources that the run itself writes, beside the ones that connectors load.
BUILD_SOURCES = frozenset({"build", "raw_zone"})


class PostsaleDbtTranslator(DagsterDbtTranslator):
    """Models keep dbt's schema and name; sources take the keys of the assets that load them."""

    def __init__(self) -> None:
        super().__init__(
            settings=DagsterDbtTranslatorSettings(enable_asset_checks=True, enable_source_tests_as_checks=True)
        )

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """`raw/<connector>/<object>` for what a connector loads, `<schema>/<model>` for models."""
        if dbt_resource_props["resource_type"] == "source":
            return source_key(dbt_resource_props["source_name"], dbt_resource_props["name"])
        if dbt_resource_props["resource_type"] == "model":
            return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])
        key: dg.AssetKey = super().get_asset_key(dbt_resource_props)
        return key

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """Layer and folder: `staging_salesforce`, `intermediate_revenue`, `marts`."""
        if dbt_resource_props["resource_type"] != "model":
            return None
        return "_".join(
            dbt_resource_props["fqn"][1:3] if len(dbt_resource_props["fqn"]) > 3 else dbt_resource_props["fqn"][1:2]
        )

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The model's own description, without its SQL."""
        return str(dbt_resource_props.get("description") or "").strip()

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> Sequence[str] | None:
        """The owner named in dbt, else the platform's."""
        return super().get_owners(dbt_resource_props) or OWNERS

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetCheckSpec | None:
        """dbt tests never block by themselves: a failed one fails the whole `dbt build`, and with it the run.

        Left blocking, the tests of sources would make everything else downstream of the raw assets wait for dbt,
        and dbt waits for that: Dagster would cut the dbt step in two.
        """
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        return spec._replace(blocking=False) if spec is not None else None


def source_key(source_name: str, table: str) -> dg.AssetKey:
    """The Dagster key of a dbt source table."""
    return dg.AssetKey([source_name, table] if source_name in BUILD_SOURCES else ["raw", source_name, table])
