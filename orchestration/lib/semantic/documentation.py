"""The metrics part of the definitions page, written from the definitions themselves.

`python -m orchestration.lib.semantic.documentation` brings `docs/definitions.md` up to date; everything outside
the two markers is written by hand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from orchestration.lib.errors import PostsaleError
from orchestration.lib.semantic.compiled import CompiledMetrics
from orchestration.lib.semantic.definitions import MetricDefinition, read_metrics

BEGIN = "<!-- metrics: written by `python -m orchestration.lib.semantic.documentation` from dbt_project/metrics -->"
END = "<!-- end of metrics -->"

_KINDS = {
    "snapshot": "stock; at quarter and year grain the last month-end",
    "opening": "stock at the start; at quarter and year grain the first month's",
    "flow": "adds up over periods; 0 where nothing happened",
    "ratio": "sum ÷ sum of the period; null over nothing",
    "arrival": "over the arrivals of the period; null without any",
    "deadline_rate": "sum ÷ sum of the period's signatures; null over nothing",
}


def metrics_page(semantic_manifest: Path, manifest: Path, project: Path) -> str:
    """Markdown of every metric, by the file that defines it, in declared order."""
    metrics = read_metrics(semantic_manifest)
    compiled = CompiledMetrics(semantic_manifest, "duckdb", None)
    files: dict[str, list[str]] = {}
    for entry in json.loads(manifest.read_text())["metrics"].values():
        files.setdefault(entry["original_file_path"], []).append(entry["name"])
    lines: list[str] = []
    for file in sorted(files):
        text = (project / file).read_text()
        declared = sorted(
            files[file], key=lambda name: text.index(f"name: {name}\n") if f"name: {name}\n" in text else len(text)
        )
        lines += ["", f"## {_title(file)}", "", *_introduction(text), ""]
        lines += [f"Defined in `dbt_project/{file}`.", ""]
        for name in declared:
            if metrics[name].role == "metric":
                lines += [*_entry(metrics[name], compiled), ""]
        parts = sorted(name for name in declared if metrics[name].role == "component")
        if parts:
            lines += [
                f"Sums behind the ratios, which can be queried too: {', '.join(f'`{name}`' for name in parts)}.",
                "",
            ]
    return "\n".join(lines).strip() + "\n"


def update(page: str, metrics: str) -> str:
    """`page` with the part between the markers replaced. Raises `PostsaleError` when a marker is missing."""
    if BEGIN not in page or END not in page:
        raise PostsaleError(f"docs/definitions.md needs the lines {BEGIN} and {END}")
    head, rest = page.split(BEGIN, 1)
    return f"{head}{BEGIN}\n\n{metrics}\n{END}{rest.split(END, 1)[1]}"


def _title(file: str) -> str:
    words = Path(file).stem.replace("_", " ")
    return words.upper() if len(words) < 4 else words.capitalize()


def _introduction(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if not line.startswith("#"):
            return
        yield line.lstrip("# ")


def _entry(metric: MetricDefinition, compiled: CompiledMetrics) -> Iterator[str]:
    documented = metric.documentation
    yield f"### `{metric.name}`"
    yield ""
    yield f"**{metric.label}.** {metric.description}"
    yield ""
    yield f"- **Formula:** {documented['formula']}"
    yield f"- **Numerator:** {documented['numerator']}"
    if documented["denominator"] != "none":
        yield f"- **Denominator:** {documented['denominator']}"
    yield f"- **Window:** {documented['window']}"
    yield f"- **Slices:** {documented['slice_rule']}"
    dimensions = metric.single_dimensions or tuple(compiled.dimensions(metric.name))
    yield f"- **By:** {', '.join(sorted(dimensions))}{' (one at a time)' if metric.single_dimensions else ''}"
    yield f"- **Over time:** from grain {compiled.own_grain(metric.name)} on; {_KINDS[metric.kind]}"
    yield f"- **Unit:** {metric.unit}. **Owner:** {documented['owner']}. **Reads:** `{documented['source']}`."
    if metric.requires:
        yield f"- **Null unless connected:** {', '.join(metric.requires)}"
    if metric.requires_any:
        yield f"- **Null unless one of these is connected:** {', '.join(metric.requires_any)}"


def main() -> None:
    """Bring the page of this checkout up to date."""
    from orchestration.lib.dbt import prepare_manifest
    from orchestration.lib.home import Home
    from orchestration.lib.project import DBT_PROJECT_DIR, ROOT

    home = Home.from_environment()
    home.prepare()
    manifest = prepare_manifest(home)
    page = ROOT / "docs" / "definitions.md"
    metrics = metrics_page(home.dbt_target / "semantic_manifest.json", manifest, DBT_PROJECT_DIR)
    page.write_text(update(page.read_text(), metrics))


if __name__ == "__main__":
    main()
