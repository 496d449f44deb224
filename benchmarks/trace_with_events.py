"""How long a trace takes, and how it grows with the events that a product sends.

    python -m benchmarks.trace_with_events [--events 10000000] [--keep DIR]

Builds the bundled sample twice: as it is, and with so many more usage events of its customers, as one Parquet file.
Then `postsale trace` is asked for the same numbers of both, and the seconds are printed as Markdown beside each other,
with the machine and the ratio. Needs an otherwise idle machine, and some gigabytes in the folder for temporary files.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from benchmarks.load_to_metrics import BenchmarkError, machine
from orchestration.lib.contracts.sql import literal
from orchestration.lib.project import SAMPLE_CONFIG

# One number whose raw rows are contracts, and those for which events decide.
METRICS = ("nrr", "active_users", "adoption_rate", "health_score")
AT = "2026-09-30"


def add_events(company: Path, events: int) -> Path:
    """Writes ``events`` usage events of the company's accounts, three years of them, as one more delivery."""
    exports = company / "exports"
    accounts = literal(str(exports / "salesforce" / "*" / "Account.csv"))
    features = literal(str(company / "policy" / "product_features.csv"))
    file = exports / "canonical" / "delivered=2026-10-01" / "usage_events.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            f"""
            copy (
                with accounts as (
                    select list(distinct Id order by Id) as ids from read_csv({accounts}, all_varchar = true)
                ),
                features as (select list(distinct feature order by feature) as names from read_csv({features}))
                select
                    'bulk-' || range as event_id,
                    ids[1 + range % len(ids)] as account_id,
                    'user-' || (range % len(ids)) || '-' || (hash(range) % 25) as user_id,
                    'Feature Used' as event_name,
                    timestamp '2023-10-01' + to_seconds(range * (1095 * 86400) // {events}) as occurred_at,
                    names[1 + cast(hash(range) % len(names) as bigint)] as feature
                from range({events}), accounts, features
            ) to {literal(str(file))} (format parquet, compression zstd)
            """
        )
    return file


def seconds_of(home: Path, config: Path, *arguments: str) -> float:
    """Wall seconds of one command. Raises `BenchmarkError` with its words when it fails."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("POSTSALE_", "DBT_", "DAGSTER_"))}
    began = time.perf_counter()
    outcome = subprocess.run(
        [Path(sys.executable).with_name("postsale"), *arguments],
        env={**kept, "POSTSALE_HOME": str(home), "POSTSALE_CONFIG": str(config)},
        capture_output=True,
        text=True,
        check=False,
    )
    if outcome.returncode != 0:
        raise BenchmarkError(f"postsale {' '.join(arguments)}: exit {outcome.returncode}\n{outcome.stderr}")
    return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--events", type=int, default=10_000_000, help="events to add (default 10 million)")
    options.add_argument("--keep", type=Path, help="build in this folder and leave it (default: a temporary one)")
    asked = options.parse_args()
    where = machine()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.keep or Path(temporary)
        taken: dict[str, list[float]] = {}
        for name in ("sample", "events"):
            company = folder / name / "company"
            shutil.copytree(SAMPLE_CONFIG.parent, company)
            if name == "events":
                add_events(company, asked.events)
            config, home = company / SAMPLE_CONFIG.name, folder / name / "home"
            taken.setdefault("run --no-site", []).append(seconds_of(home, config, "run", "--no-site"))
            for metric in METRICS:
                took = seconds_of(home, config, "trace", metric, "--at", AT)
                taken.setdefault(f"trace {metric}", []).append(took)
    print(f"Measured on {where}: the sample, and the sample with {asked.events:,} events more.\n")
    print("| command | sample, s | with the events, s | ratio |\n|---|---|---|---|")
    for command, (before, after) in taken.items():
        print(f"| `postsale {command}` | {before:.1f} | {after:.1f} | {after / before:.1f} |")


if __name__ == "__main__":
    main()
