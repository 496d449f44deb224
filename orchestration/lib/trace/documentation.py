"""The walk-through of an audit, written from the bundled sample itself.

`python -m orchestration.lib.trace.documentation` writes `docs/audit/walk-through.md` from the published build in
$POSTSALE_HOME, which has to be one of the bundled sample. What differs from run to run (times, names of builds) is left
out.
"""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

from orchestration.lib.home import Home
from orchestration.lib.project import ROOT
from orchestration.lib.semantic.periods import start_of
from orchestration.lib.tables import as_table
from orchestration.lib.trace import report
from orchestration.lib.trace.question import Question, trace_command
from orchestration.lib.trace.raw import RawRow
from orchestration.lib.trace.tracer import Tracer

PAGE = ROOT / "docs" / "audit" / "walk-through.md"
METRIC = "nrr"
LINES = "SBQQ__Subscription__c"
SHOWN = ("Id", "SBQQ__ProductName__c", "SBQQ__SubscriptionStartDate__c", "SBQQ__SubscriptionEndDate__c", "ARR__c")


def walk_through(tracer: Tracer, exports: Path) -> str:
    """Markdown of the walk from the board's NRR to a line of a Salesforce export below `exports`."""
    last = tracer.layer.calendar.last_closed_on
    assert last is not None, "the sample has closed months"
    question = Question.of(METRIC, start_of(last, "month"))
    trace = tracer.trace(question)
    command = trace_command(METRIC, question.period)
    facts = [
        {"side": side.side.name, "fact_id": row.fact_id, "account_id": row.account_id, "contribution": row.contribution}
        for side in trace.sides
        for row in side.rows[:3]
    ]
    raw = next(row for row in trace.raw_rows if row.object == LINES and row.row_count == 1)
    counted = [{"source": source, "object": name, "rows": count} for (source, name), count in trace.raw_counts.items()]
    return f"""\
# From the board to a line in an export

One number of the bundled sample, followed from the board page to the row that a Salesforce export delivered.
This page is written by `python -m orchestration.lib.trace.documentation`, from the sample's own build.

## 1. The number

The board shows net revenue retention of {question.period:%B %Y}. The card names the command that takes it apart:

```sh
{command}
```

It begins with the value, and what it means:

```
{report.verdict(trace)}
formula: {trace.definition.documentation["formula"]}
numerator: {trace.sides[0].side.metric} = {trace.sides[0].total}
denominator: {trace.sides[1].side.metric} = {trace.sides[1].total}
```

## 2. The fact rows

Every account of the cohort is a row of `marts.{trace.sides[0].side.fact}`; {len(trace.sides[0].rows)} rows make the
numerator, {len(trace.sides[1].rows)} the denominator. The largest:

```
{as_table(facts, list(facts[0]))}
```

## 3. The raw rows

Behind them stand these rows, as they arrived:

```
{as_table(counted, list(counted[0]))}
```

`--format csv` or `--rows all` lists each with its file, row, content hash and load. One of them:

```
{raw.place}
hash {raw.row_hash}
```

## 4. The line in the export

Row {raw.row_from} of `{raw.file}` in the company's `{raw.source}` folder, some of its columns:

```
{_line(exports / raw.source, raw)}
```

## 5. Without this software

```sh
{command} --package evidence
cd evidence && duckdb < recompute.sql
```

The folder holds the rows as CSV, the recomputation as one plain SQL file and the hash of every file. What each step
does and why: [decisions/trace.md](../decisions/trace.md).
"""


def _line(folder: Path, row: RawRow) -> str:
    """The row of the export that a raw row names; a CSV's header is row 1."""
    assert row.file is not None and row.row_from is not None
    content = (folder / row.file).read_bytes()
    text = (gzip.decompress(content) if row.file.endswith(".gz") else content).decode("utf-8-sig")
    records = list(csv.reader(io.StringIO(text)))
    found = dict(zip(records[0], records[row.row_from - 1], strict=True))
    return "\n".join(f"{name}: {found[name]}" for name in SHOWN)


def main() -> None:
    """Write the page."""
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    with Tracer(Home.from_environment()) as tracer:
        PAGE.write_text(walk_through(tracer, ROOT / "seeds" / "company" / "exports"))


if __name__ == "__main__":
    main()
