"""Write a simulated company to a folder: exports by delivery, configuration, policy, truth."""

from __future__ import annotations

import csv
import gzip
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.lib.sample import phrases
from orchestration.lib.sample.days import month_end, plus, plus_months, quarter_start
from orchestration.lib.sample.faults import Item, Parcel, Shipment, plant
from orchestration.lib.sample.model import Company
from orchestration.lib.sample.parameters import SEGMENTS, ObservedMilestone, Parameters, SampleError
from orchestration.lib.sample.simulate import simulate
from orchestration.lib.sample.truth import answers
from orchestration.lib.sample.vendors import canonical, delighted, harvest, salesforce, segment, zendesk
from orchestration.lib.sample.vendors.shape import ExportObject, Row

Progress = Callable[[str], None]

FIRST_WORDS = f"# {phrases.VENDOR_NAME}: a simulated company."

CONNECTORS = ("salesforce", "segment", "harvest", "zendesk", "delighted", "canonical")


@dataclass(frozen=True)
class SampleSummary:
    """What was written: the folder, its configuration, the company's last day, and rows by connector and object."""

    path: Path
    config: Path
    as_of: date
    rows: dict[str, int]
    files: int


def write_company(
    dir: Path,
    accounts: int = Parameters.accounts,
    months: int = Parameters.months,
    seed: int = Parameters.seed,
    on_progress: Progress | None = None,
) -> SampleSummary:
    """Simulate a company and write its exports, ``postsale.toml``, ``policy/`` and ``truth/`` into ``dir``.

    The same arguments write the same bytes. ``on_progress`` is told in words what is being done.
    A folder with an earlier sample is written anew. Raises SampleError for sizes out of range
    and when ``dir`` holds something else of the same names.
    """
    return write_parameters(dir, Parameters(accounts, months, seed), on_progress)


def write_parameters(dir: Path, parameters: Parameters, on_progress: Progress | None = None) -> SampleSummary:
    """As ``write_company``, with every parameter open."""
    report = on_progress or (lambda message: None)
    _refuse_other_company(dir)
    company = simulate(parameters, report)
    report("export")
    objects = [
        *salesforce.export(company),
        *segment.export(company),
        *harvest.export(company),
        *zendesk.export(company),
        *delighted.export(company),
        *canonical.export(company),
    ]
    shipment = _pack(objects, parameters)
    plant(shipment, parameters)
    dir.mkdir(parents=True, exist_ok=True)
    for name in ("exports", "policy", "truth"):
        shutil.rmtree(dir / name, ignore_errors=True)
    rows: dict[str, int] = {}
    report(f"write {len(shipment.parcels)} files")
    for parcel in shipment.parcels:
        _write_parcel(dir / "exports", parcel)
        name = f"{parcel.export.connector}.{parcel.export.name}"
        rows[name] = rows.get(name, 0) + len(parcel.items)
    report("work out the right answers")
    _write_policy(dir / "policy", parameters)
    _write_truth(dir / "truth", company, shipment, report)
    config = dir / "postsale.toml"
    config.write_text(_configuration(parameters), encoding="utf-8")
    return SampleSummary(dir, config, parameters.ends_on, rows, len(shipment.parcels))


def _refuse_other_company(dir: Path) -> None:
    """A folder that holds an earlier sample is written anew; anything else of that name is left alone."""
    config = dir / "postsale.toml"
    if config.is_file():
        if not config.read_text(encoding="utf-8").startswith(FIRST_WORDS):
            raise SampleError(f"{config} belongs to another company; name a new folder for the sample")
    elif any((dir / name).exists() for name in ("exports", "policy", "truth")):
        raise SampleError(f"{dir} holds exports, policy or truth of something else; name a new folder for the sample")


def delivery_days(parameters: Parameters) -> list[date]:
    """Last day of each delivery's content: quarter-ends, and the company's last day."""
    days: list[date] = []
    start = quarter_start(parameters.starts_on)
    while True:
        last = month_end(plus_months(start, 2))
        if last >= parameters.ends_on:
            return [*days, parameters.ends_on]
        days.append(last)
        start = plus(last, 1)


def _pack(objects: list[ExportObject], parameters: Parameters) -> Shipment:
    days = delivery_days(parameters)
    parcels: list[Parcel] = []
    contents = [(export, export.deliveries(days)) for export in objects]
    for place, until in enumerate(days):
        for export, deliveries in contents:
            if deliveries[place]:
                parcels.append(Parcel(export, plus(until, 1), [Item(row) for row in deliveries[place]]))
    return Shipment(parcels)


def csv_text(columns: tuple[str, ...], rows: list[Row]) -> str:
    """A header and the rows; values under ``None`` become fields beyond the header's."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        beyond = [row[None]] if None in row else []
        writer.writerow([*(row[column] for column in columns), *beyond])
    return buffer.getvalue()


def json_lines(rows: list[Row]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)


def compress(content: bytes) -> bytes:
    """Gzip without a name and a time, so that the same content is the same bytes."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, compresslevel=9, mtime=0) as file:
        file.write(content)
    return buffer.getvalue()


def _write_parcel(folder: Path, parcel: Parcel) -> None:
    export = parcel.export
    place = folder / export.connector / f"delivered={parcel.delivered_on.isoformat()}"
    place.mkdir(parents=True, exist_ok=True)
    rows = [item.row for item in parcel.items]
    text = csv_text(export.columns, rows) if export.is_csv else json_lines(rows)
    if parcel.is_cut:
        text = _cut_last_line(text)
    content = text.encode(parcel.encoding)
    if export.is_csv:
        (place / f"{export.name}.csv").write_bytes(content)
    else:
        (place / f"{export.name}.jsonl.gz").write_bytes(compress(content))


def _cut_last_line(text: str) -> str:
    """Without the second half of the last line, as a transfer that broke off leaves it."""
    start = text.rstrip("\n").rfind("\n") + 1
    last = text[start:].rstrip("\n")
    return text[:start] + last[: len(last) // 2]


def _write_policy(folder: Path, parameters: Parameters) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rates = [
        {"currency": parameters.foreign_currency, "fiscal_year": year, "rate": rate}
        for year, rate in parameters.foreign_rates
    ]
    activities = [
        {
            "activity": activity,
            "category": category,
            "is_rework": "true" if activity in phrases.REWORK_ACTIVITIES else "",
        }
        for category, names in (
            ("implementation", phrases.IMPLEMENTATION_ACTIVITIES),
            ("success", phrases.SUCCESS_ACTIVITIES),
            ("support", phrases.SUPPORT_ACTIVITIES),
            ("internal", phrases.INTERNAL_ACTIVITIES),
        )
        for activity in names
    ]
    rules = {(habits.name, rule.milestone): rule for habits in SEGMENTS for rule in habits.observed_milestones}
    milestones = [
        {
            "segment": habits.name,
            "milestone_name": name,
            "is_first_value": "true" if first else "false",
            **_rule_columns(rules.get((habits.name, name))),
        }
        for habits in SEGMENTS
        for name, first in (
            (habits.first_value_milestone, True),
            *((name, False) for name in habits.other_value_milestones),
        )
    ]
    features = [
        {"product": product, "feature": feature, "is_core": "true" if feature in phrases.CORE_FEATURES else "false"}
        for product, included in phrases.FEATURES.items()
        for feature in included
    ]
    tables: tuple[tuple[str, list[Row]], ...] = (
        ("product_features", features),
        ("fx_rates", rates),
        ("activities", activities),
        ("value_milestones", milestones),
    )
    for name, rows in tables:
        (folder / f"{name}.csv").write_text(csv_text(tuple(rows[0]), rows), encoding="utf-8")


def _rule_columns(rule: ObservedMilestone | None) -> Row:
    """How usage tells that a milestone was reached; blank where people declare it."""
    if rule is None:
        return {"event_name": "", "threshold": "", "within_days": ""}
    return {
        "event_name": rule.event_name,
        "threshold": str(rule.threshold),
        "within_days": "" if rule.within_days is None else str(rule.within_days),
    }


def _write_truth(folder: Path, company: Company, shipment: Shipment, report: Progress) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    columns = ("metric", "metric_time", "dimension", "dimension_value", "value")
    rows: list[Row] = [{column: getattr(answer, column) for column in columns} for answer in answers(company, report)]
    (folder / "metrics.csv").write_text(csv_text(columns, rows), encoding="utf-8")
    faults: list[Row] = [
        {"object": name, "fault": fault, "rows": count} for (name, fault), count in sorted(shipment.planted.items())
    ]
    (folder / "faults.csv").write_text(csv_text(("object", "fault", "rows"), faults), encoding="utf-8")


def _configuration(parameters: Parameters) -> str:
    sources = "\n".join(
        f'[sources.{connector}]\nconnector = "{connector}"\nkind = "files"\npath = "exports/{connector}"\n'
        for connector in CONNECTORS
    )
    size = ", ".join(
        [
            f"{parameters.accounts} customers",
            f"{parameters.months} months",
            f"seed {parameters.seed}",
            *([f"only {' and '.join(parameters.segments)}"] if parameters.segments != Parameters.segments else []),
            *(["no churn"] if not parameters.has_churn else []),
            *(["no CSM"] if not parameters.has_csms else []),
        ]
    )
    return f'''{FIRST_WORDS} {size}.

# The last day the company knows of; nothing later is seen.
as_of = "{parameters.ends_on.isoformat()}"
reporting_currency = "{parameters.reporting_currency}"
time_zone = "UTC"
policy_dir = "policy"

[policy]
renewal_grace_days = {parameters.renewal_grace_days}
account_grain = "ultimate_parent"
fiscal_year_start_month = 1

{sources}'''
