"""The vendors' shapes: ids, columns, envelopes, versions."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from datetime import date
from pathlib import Path

import pytest

from orchestration.lib.contracts import load_connectors
from orchestration.lib.sample.ids import plain_ascii, salesforce_id
from orchestration.lib.sample.vendors.shape import ExportObject, Record, facts, seen
from orchestration.lib.sample.write import SampleSummary

CONNECTORS = ("salesforce", "segment", "harvest", "zendesk", "delighted")


def test_a_salesforce_id_restates_its_case() -> None:
    made = salesforce_id("Account", 62**4 * 10 + 62 * 36)
    assert made[:15] == "0015g00000A00a0"
    # groups of five from the left: 0015g has no capital, 00000 none, A00a0 one in first place
    assert made[15:] == "AAB"
    assert len({salesforce_id("Account", number) for number in range(5000)}) == 5000


def test_names_become_addresses_in_plain_letters() -> None:
    assert plain_ascii("Zoë.Müller-Ñandú") == "zoe.mullernandu"


def test_a_delivery_carries_what_changed_in_the_state_of_its_last_day() -> None:
    record = Record((date(2024, 1, 5), date(2024, 2, 1), date(2024, 5, 1)), lambda day: {"as_of": day})
    ends = [date(2024, 3, 31), date(2024, 6, 30)]
    latest = ExportObject("vendor", "thing", "id", (record,))
    assert latest.deliveries(ends) == [[{"as_of": ends[0]}], [{"as_of": ends[1]}]]
    every = ExportObject("vendor", "thing", "id", (record,), every_version=True)
    assert every.deliveries(ends) == [
        [{"as_of": date(2024, 1, 5)}, {"as_of": date(2024, 2, 1)}],
        [{"as_of": date(2024, 5, 1)}],
    ]


def test_only_days_that_have_come_are_facts() -> None:
    until = date(2024, 3, 31)
    assert facts(date(2024, 4, 1), None, date(2024, 2, 1), date(2024, 2, 1), until=until) == (date(2024, 2, 1),)
    assert seen(date(2024, 4, 1), until) is None
    assert seen(until, until) == until


@pytest.mark.parametrize("connector", CONNECTORS)
def test_every_object_of_the_contract_is_exported_with_its_columns(written: SampleSummary, connector: str) -> None:
    contract = load_connectors()[connector]
    folder = written.path / "exports" / connector
    for name, declared in contract.objects.items():
        paths = sorted(folder.rglob(f"{name}.csv")) + sorted(folder.rglob(f"{name}.jsonl.gz"))
        assert paths, f"{connector}.{name} is not exported"
        shown = _columns(paths[-1], {column: spec.path for column, spec in declared.columns.items()})
        assert set(declared.columns) <= shown


def test_what_no_system_keeps_is_exported_as_canonical_files(written: SampleSummary) -> None:
    contract = load_connectors()["canonical"]
    folder = written.path / "exports" / "canonical"
    assert {path.stem for path in folder.rglob("*.csv")} == {"feedback", "references", "success_plans"}
    for path in folder.rglob("*.csv"):
        header, *lines = csv.reader(io.StringIO(path.read_text(encoding="utf-8")))
        assert header == list(contract.objects[path.stem].columns)
        assert lines


def _columns(path: Path, paths: dict[str, str | None]) -> set[str]:
    if path.suffix == ".csv":
        return set(next(csv.reader(io.StringIO(path.read_text(encoding="utf-8")))))
    found: set[str] = set()
    for line in gzip.decompress(path.read_bytes()).decode().splitlines():
        record = json.loads(line)
        for column, nested in paths.items():
            value = record
            for part in (nested or column).split("."):
                value = value.get(part, _ABSENT) if isinstance(value, dict) else _ABSENT
            if value is not _ABSENT:
                found.add(column)
    return found


_ABSENT = object()


def test_salesforce_writes_times_with_milliseconds_and_an_offset(written: SampleSummary) -> None:
    path = sorted((written.path / "exports" / "salesforce").rglob("Account.csv"))[-1]
    shape = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.000\+0000")
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    assert rows
    for row in rows:
        assert shape.fullmatch(row["SystemModstamp"])
        assert len(row["Id"]) == len(row["OwnerId"]) == 18


def test_accounts_carry_every_version_of_their_owner(written: SampleSummary) -> None:
    versions: dict[str, list[tuple[str, str]]] = {}
    for path in sorted((written.path / "exports" / "salesforce").rglob("Account.csv")):
        for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))):
            versions.setdefault(row["Id"], []).append((row["SystemModstamp"], row["OwnerId"]))
    changed = [history for history in versions.values() if len({owner for _, owner in history}) > 1]
    assert changed
    assert all(history == sorted(history) for history in versions.values())


def test_account_names_are_unique_because_time_is_booked_by_name(written: SampleSummary) -> None:
    names: dict[str, str] = {}
    for path in (written.path / "exports" / "salesforce").rglob("Account.csv"):
        for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))):
            assert names.setdefault(row["Name"].lower(), row["Id"]) == row["Id"]
