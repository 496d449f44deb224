"""The layers of the dbt project, read from its manifest: what may refer to what, and what every model owes its reader.

Staging reads sources; intermediate reads staging; marts read intermediate. A vendor is named in staging, and past it
only in the one line of a union that lets it in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orchestration.lib.contracts import load_connectors
from tests.dbt.project import PROJECT, run_dbt

# What a build was asked for, the company's policy and the load ledger are read where they are needed: nothing is
# merged on the way.
READ_EVERYWHERE = ("stg_build__", "stg_policy__", "stg_raw_zone__")
MAY_READ = {
    "staging": {"source", "staging"},
    "intermediate": {"staging", "intermediate"},
    "marts": {"intermediate", "marts"},
    "metrics": {"marts"},
}
COMMENTS = re.compile(r"\{#.*?#\}|--[^\n]*", re.DOTALL)
CLOCK = re.compile(r"\b(current_date|current_time(stamp)?|localtimestamp|sysdate|(getdate|today|now)\s*\()", re.I)
SELECT_STAR = re.compile(r"\bselect\s+(distinct\s+)?(\w+\.)?\*", re.I)
FLOAT = re.compile(r"\b(double|float|float4|float8|real)\b", re.I)


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home = tmp_path_factory.mktemp("home")
    run_dbt(home, "parse")
    content: dict[str, Any] = json.loads((home / "dbt" / "target" / "manifest.json").read_text())
    return content


def models(manifest: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model":
            yield node


def layer(node: dict[str, Any]) -> str:
    return "source" if node["resource_type"] == "source" else str(node["path"]).split("/")[0]


def is_metrics_spine(node: dict[str, Any]) -> bool:
    return str(node["original_file_path"]).startswith("metrics/")


def code(node: dict[str, Any]) -> str:
    return COMMENTS.sub(" ", node["raw_code"])


def vendors() -> list[str]:
    return sorted(set(load_connectors()) - {"canonical", "policy"})


def test_layers_are_read_one_way(manifest: dict[str, Any]) -> None:
    everything = manifest["nodes"] | manifest["sources"]
    wrong = []
    for model in models(manifest):
        own = "metrics" if is_metrics_spine(model) else layer(model)
        for name in model["depends_on"]["nodes"]:
            read = everything[name]
            if read["name"].startswith(READ_EVERYWHERE):
                continue
            if layer(read) not in MAY_READ[own]:
                wrong.append(f"{model['name']} ({own}) reads {read['name']} ({layer(read)})")
    assert wrong == []


def test_audit_alone_reads_the_ledgers_of_the_raw_zone(manifest: dict[str, Any]) -> None:
    readers = {
        model["name"]
        for model in models(manifest)
        if any(".stg_raw_zone__" in name for name in model["depends_on"]["nodes"])
    }
    assert readers == {"audit_erasure", "audit_load", "audit_quarantine", "audit_raw_row"}


def test_a_source_is_read_by_its_own_staging_folder(manifest: dict[str, Any]) -> None:
    wrong = []
    for model in models(manifest):
        for name in model["depends_on"]["nodes"]:
            if name.startswith("source."):
                source = name.split(".")[2]
                if not (model["path"].startswith(f"staging/{source}/") and model["name"].startswith(f"stg_{source}__")):
                    wrong.append(f"{model['name']} reads the source {source}")
    assert wrong == []


def test_every_declared_object_is_staged(manifest: dict[str, Any]) -> None:
    read = {name for model in models(manifest) for name in model["depends_on"]["nodes"] if name.startswith("source.")}
    declared = {
        f"source.postsale.{connector.connector}.{name}"
        for connector in load_connectors().values()
        for name in connector.objects
    }
    assert declared <= read


def test_vendors_are_named_in_staging_alone(manifest: dict[str, Any]) -> None:
    """Past staging a vendor's name stands only inside `ref('stg_<vendor>__mapped_…')`, in a canonical model."""
    admitted = re.compile(r"ref\('stg_(" + "|".join(vendors()) + r")__mapped_\w+'\)")
    # `segment` is a vendor and a word of the trade; of the vendor only its models could be meant
    plain = "|".join(vendor for vendor in vendors() if vendor != "segment")
    names = re.compile(rf"\b({plain})|stg_segment|\w__c\b", re.I)
    wrong = []
    for model in models(manifest):
        if layer(model) == "staging":
            continue
        text = code(model)
        if model["path"].startswith("intermediate/canonical/"):
            text = admitted.sub("", text)
        documented = " ".join([model["description"], *(column["description"] for column in model["columns"].values())])
        wrong += [f"{model['name']}: {found.group(0)}" for found in names.finditer(text + documented)]
    assert wrong == []


def test_no_model_asks_the_clock(manifest: dict[str, Any]) -> None:
    texts = {model["name"]: code(model) for model in models(manifest)}
    for path in (PROJECT / "macros").rglob("*.sql"):
        texts[path.name] = COMMENTS.sub(" ", path.read_text())
    assert {name: found.group(0) for name, text in texts.items() if (found := CLOCK.search(text))} == {}


def test_columns_are_listed_past_staging(manifest: dict[str, Any]) -> None:
    past_staging = [model for model in models(manifest) if layer(model) != "staging"]
    assert [model["name"] for model in past_staging if SELECT_STAR.search(code(model))] == []


def test_money_is_never_floating(manifest: dict[str, Any]) -> None:
    assert [model["name"] for model in models(manifest) if FLOAT.search(code(model))] == []


def test_names_tell_the_layer(manifest: dict[str, Any]) -> None:
    prefixes = {"staging": ("stg_",), "intermediate": ("int_",), "marts": ("dim_", "fct_", "cube_", "audit_")}
    wrong = [
        model["name"]
        for model in models(manifest)
        if not is_metrics_spine(model) and not model["name"].startswith(prefixes[layer(model)])
    ]
    assert wrong == []


def test_schemas_carry_the_names_of_the_layers(manifest: dict[str, Any]) -> None:
    assert {model["schema"] for model in models(manifest)} <= {"staging", "intermediate", "marts", "audit", "metrics"}


def test_a_build_keeps_its_own_parameters(manifest: dict[str, Any]) -> None:
    """A view would read the file that the next build writes, also when that one fails and this one stays published."""
    kept = [node for node in models(manifest) if node["path"].startswith("staging/build/")]
    assert {node["name"]: node["config"]["materialized"] for node in kept} == {
        "stg_build__parameters": "table",
        "stg_build__sources": "table",
    }


def test_every_model_and_column_is_described(manifest: dict[str, Any]) -> None:
    missing = []
    for model in models(manifest):
        if "grain" not in model["description"].lower():
            missing.append(f"{model['name']}: no description that names its grain")
        if not model["columns"]:
            missing.append(f"{model['name']}: no columns")
        described = {name for name, column in model["columns"].items() if column["description"].strip()}
        missing += [f"{model['name']}.{name}" for name in model["columns"] if name not in described]
    assert missing == []


def test_every_model_is_tested(manifest: dict[str, Any]) -> None:
    tested = {
        name
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
        for name in node["depends_on"]["nodes"]
    }
    assert [model["name"] for model in models(manifest) if model["unique_id"] not in tested] == []


def test_marts_keep_a_contract(manifest: dict[str, Any]) -> None:
    marts = [model for model in models(manifest) if layer(model) == "marts"]
    assert [model["name"] for model in marts if not model["config"]["contract"]["enforced"]] == []


def test_raw_rows_of_every_connector_are_accounted_for(manifest: dict[str, Any]) -> None:
    read = manifest["nodes"]["model.postsale.int_raw_rows"]["depends_on"]["nodes"]
    assert set(read) == {f"model.postsale.stg_{name}__mapped_raw_rows" for name in load_connectors()}
    for name, connector in load_connectors().items():
        model = manifest["nodes"][f"model.postsale.stg_{name}__mapped_raw_rows"]
        sources = {read for read in model["depends_on"]["nodes"] if read.startswith("source.")}
        assert sources == {f"source.postsale.{name}.{table}" for table in connector.objects}


def test_contracts_know_of_which_objects_a_history_is_read(manifest: dict[str, Any]) -> None:
    """The account of raw rows keeps every version where staging reads every version, and one where it reads one."""
    kept = {
        name
        for model in models(manifest)
        if "all_versions(" in model["raw_code"] and model["path"].startswith("staging/")
        for name in model["depends_on"]["nodes"]
        if name.startswith("source.")
    }
    declared = {
        f"source.postsale.{connector.connector}.{name}"
        for connector in load_connectors().values()
        for name, contract in connector.objects.items()
        if contract.keeps_history
    }
    assert kept == declared


def test_canonical_columns_are_those_of_the_contract(manifest: dict[str, Any]) -> None:
    """`macros/canonical_columns.sql` and the canonical connector say the same, in the same order."""
    for name, contract in load_connectors()["canonical"].objects.items():
        model = manifest["nodes"][f"model.postsale.int_{name}_unioned"]
        extra = ["account_reference"] if name == "time_entries" else []
        kept = ["source_name", "source_object", "record_id", "source_row_hashes", "known_at"]
        assert list(model["columns"]) == [*contract.columns, *extra, *kept]


def test_policy_tables_are_staged_under_their_names(manifest: dict[str, Any]) -> None:
    staged = {path.stem for path in (PROJECT / "models" / "staging" / "policy").glob("*.sql")}
    accounted = {"stg_policy__mapped_raw_rows"}
    assert staged - accounted == {f"stg_policy__{name}" for name in load_connectors()["policy"].objects}
    assert Path(PROJECT / "policy").is_dir()
