"""How long a company takes from files to metrics, and what each part of it costs: the bundled sample, or `--config`.

    python -m benchmarks.load_to_metrics [--repeat 3] [--config postsale.toml]

Runs `postsale run --no-site` in new homes, one after another, and prints the median as Markdown: seconds with the
machine that they were measured on, and ratios (of a part to the whole; per thousand rows, per model and test, per
exported table), which are what other machines and later versions can be compared by. Needs an otherwise idle machine;
the load before it started is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from orchestration.lib.project import SAMPLE_CONFIG

# A step of the summary that `postsale run` prints: its name, its seconds, its outcome.
STEP = re.compile(r"^(?P<name>[a-z_]+) +(?P<seconds>[0-9.]+)  success$", re.MULTILINE)
PARTS = ("start", "load", "transform", "metrics", "ledger")


class BenchmarkError(Exception):
    """A run that was to be measured did not succeed."""


@dataclass(frozen=True)
class Measured:
    """One run: wall and processor seconds of all of it, wall seconds of its steps, and how much it worked on."""

    wall: float
    processor: float
    steps: dict[str, float]
    rows: int
    nodes: int
    tables: int

    def parts(self) -> dict[str, float]:
        """Wall seconds of each part; `start` is what is left: reading the project, imports, publishing."""
        load = sum(
            seconds for name, seconds in self.steps.items() if name.startswith(("load_", "resolve_", "freshness"))
        )
        named = {
            "load": load,
            "transform": self.steps["transform"],
            "metrics": self.steps["export_metrics"],
            "ledger": self.steps["audit__ledger"],
        }
        return {"start": self.wall - sum(named.values()), **named}


def measure(home: Path, config: Path) -> Measured:
    """Build the company in a home that is empty. Raises `BenchmarkError` with the command's words when it fails."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("POSTSALE_", "DBT_", "DAGSTER_"))}
    before, began = _processor_seconds(), time.perf_counter()
    outcome = subprocess.run(
        [Path(sys.executable).with_name("postsale"), "run", "--no-site"],
        env={**kept, "POSTSALE_HOME": str(home), "POSTSALE_CONFIG": str(config)},
        cwd=home.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    wall, processor = time.perf_counter() - began, _processor_seconds() - before
    said = outcome.stdout
    if outcome.returncode != 0:
        raise BenchmarkError(f"postsale run ended with exit code {outcome.returncode}\n{said}{outcome.stderr}")
    built = re.search(r"(\d+) models built, (\d+) tests passed", said)
    exported = re.search(r"metrics: (\d+) tables exported", said)
    assert built is not None and exported is not None, said
    return Measured(
        wall=wall,
        processor=processor,
        steps={found["name"]: float(found["seconds"]) for found in STEP.finditer(said)},
        rows=sum(int(rows.replace(",", "")) for rows in re.findall(r"new files, ([\d,]+) rows", said)),
        nodes=int(built[1]) + int(built[2]),
        tables=int(exported[1]),
    )


def report(runs: list[Measured]) -> str:
    """Markdown of the medians."""
    middle = sorted(runs, key=lambda run: run.wall)[len(runs) // 2]
    parts = {name: statistics.median(run.parts()[name] for run in runs) for name in PARTS}
    whole = statistics.median(run.wall for run in runs)
    per = {
        "load": f"{1000 * parts['load'] / (middle.rows / 1000):.0f} ms per 1,000 rows",
        "transform": f"{1000 * parts['transform'] / middle.nodes:.0f} ms per model or test",
        "metrics": f"{1000 * parts['metrics'] / middle.tables:.0f} ms per table",
    }
    lines = [
        f"{middle.rows:,} rows, {middle.nodes} models and tests, {middle.tables} exported tables; "
        f"median of {len(runs)} runs in new homes.",
        "",
        "| part | seconds | of the whole | against load | per |",
        "|---|---|---|---|---|",
        *(
            f"| {name} | {seconds:.1f} | {seconds / whole:.0%} | {seconds / parts['load']:.2f} | {per.get(name, '')} |"
            for name, seconds in parts.items()
        ),
        f"| whole | {whole:.1f} | 100% | {whole / parts['load']:.2f} | "
        f"{1000 * whole / (middle.rows / 1000):.0f} ms per 1,000 rows |",
        "",
        f"Processor time over wall time: {statistics.median(run.processor / run.wall for run in runs):.2f}.",
    ]
    return "\n".join(lines)


def machine() -> str:
    """The machine in one line, with its load at this moment."""
    model = next(
        (line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor() or platform.machine(),
    )
    memory = next((int(line.split()[1]) / 2**20 for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    bytecode = "not written" if sys.dont_write_bytecode else "written"
    return (
        f"{os.cpu_count()} cores of {model}, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()} "
        f"(bytecode {bytecode}), load average {os.getloadavg()[0]:.1f}"
    )


def _lines(file: str) -> list[str]:
    return Path(file).read_text().splitlines() if Path(file).exists() else []


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--repeat", type=int, default=3, help="how many runs (default 3)")
    options.add_argument("--json", action="store_true", help="print every run as JSON instead")
    options.add_argument("--config", type=Path, default=SAMPLE_CONFIG, help="the company (default: the bundled sample)")
    asked = options.parse_args()
    where = machine()
    runs = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(asked.repeat):
            runs.append(measure(Path(folder) / f"home{number}", asked.config.resolve()))
    if asked.json:
        print(json.dumps({"machine": where, "runs": [{**vars(run), "parts": run.parts()} for run in runs]}, indent=1))
    else:
        print(f"Measured on {where}.\n\n{report(runs)}")


if __name__ == "__main__":
    main()
