"""Pages select; they do not compute. A number that a page computed would be a second definition of a metric.

Checked: every SQL file of `reports/sources` and `reports/queries`, SQL written inside pages, and the JavaScript of
pages. Components are left out: they place marks on paper and put numbers into words.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from orchestration.lib.project import REPORTS_DIR

SQL_FILES = sorted([*(REPORTS_DIR / "sources").rglob("*.sql"), *(REPORTS_DIR / "queries").rglob("*.sql")])
PAGES = sorted((REPORTS_DIR / "pages").rglob("*.md"))

ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Pow, exp.Neg)
# Functions that sqlglot knows as aggregates are refused by class; these change a number without being one.
CHANGING = {"round", "floor", "ceil", "ceiling", "abs", "sqrt", "ln", "log", "exp", "power", "greatest", "least"}
# What a source may do to a value: give it a type, a text for a date, or a stand-in for a missing word.
_INPUT = re.compile(r"\$\{[^}]*\}")
_FENCE = re.compile(r"```sql[^\n]*\n(.*?)```", re.DOTALL)
_SCRIPT = re.compile(r"<script[^>]*>(.*?)</script>", re.DOTALL)
_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)


def statements(sql: str) -> list[exp.Expression]:
    """The parsed statements of one query; inputs of a page stand as a word between the page's own quotes."""
    parsed = sqlglot.parse(_INPUT.sub("chosen", sql), read="duckdb")
    return [statement for statement in parsed if statement is not None]


def computations(sql: str) -> list[str]:
    """What in a query computes: aggregates, window functions, arithmetic, functions that change a number."""
    found = []
    for statement in statements(sql):
        for node in statement.walk():
            changes = isinstance(node, exp.Func) and (
                node.sql_name().lower() in CHANGING or node.name.lower() in CHANGING
            )
            if isinstance(node, (exp.AggFunc, exp.Window, exp.Group, *ARITHMETIC)) or changes:
                found.append(node.sql())
    return found


def script_computations(page: str) -> list[str]:
    """Arithmetic and number functions in a page's scripts and expressions, after taking texts out."""
    body = _FENCE.sub("", _FRONT.sub("", page))
    code = [*_SCRIPT.findall(body), *_expressions(_SCRIPT.sub("", body))]
    found = []
    for piece in code:
        bare = _without_texts(piece)
        for pattern in (
            r"[\w)\]]\s*[*/%]\s*[\w(\[]",  # product, quotient, remainder
            r"[\w)\]]\s*(?<![=<>!+\-])-\s*[\w(\[]",  # difference
            r"[\w)\]]\s*\+\s*[\w(\[]",  # sum (texts are joined in templates)
            r"(?:\+\+|--|\+=|-=|\*=|/=)",
            r"\bMath\.|\.reduce\(|\.toFixed\(|\bparseFloat\(|\bsum\(|\bavg\(",
        ):
            found += [match.group() for match in re.finditer(pattern, bare)]
    return found


def _without_texts(code: str) -> str:
    """Code with strings and comments gone, and what stands inside `${…}` of template strings kept."""
    code = re.sub(r"//[^\n]*|/\*.*?\*/", " ", code, flags=re.DOTALL)
    code = re.sub(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"", "''", code)
    code = re.sub(r"`((?:[^`\\]|\\.)*)`", lambda m: " ".join(["''", *re.findall(r"\$\{([^}]*)\}", m[1])]), code)
    return re.sub(r"(?<=[(,=:!&|?\s])/(?:[^/\\\n]|\\.)+/[gimsuy]*", "''", code)


def _expressions(markup: str) -> list[str]:
    """Contents of the outermost `{…}` of the markup."""
    found, depth, start = [], 0, 0
    for position, character in enumerate(markup):
        if character == "{":
            if depth == 0:
                start = position + 1
            depth += 1
        elif character == "}" and depth:
            depth -= 1
            if depth == 0:
                found.append(markup[start:position].lstrip("#/:@"))
    return found


@pytest.mark.parametrize("file", SQL_FILES, ids=lambda f: str(f.relative_to(REPORTS_DIR)))
def test_queries_only_select(file: Path) -> None:
    assert not computations(file.read_text())


@pytest.mark.parametrize("page", PAGES, ids=lambda f: f.name)
def test_pages_only_show(page: Path) -> None:
    text = page.read_text()
    for sql in _FENCE.findall(text):
        assert not computations(sql)
    assert not script_computations(text)


def test_there_are_pages_and_queries_to_check() -> None:
    assert len(SQL_FILES) > 20
    assert {page.stem for page in PAGES} >= {"index", "time-to-value", "time-allocation", "definitions", "data-status"}


@pytest.mark.parametrize(
    "sql",
    [
        "select sum(arr) from postsale.board",
        "select arr / opening_arr as nrr from postsale.board",
        "select arr - 1 from postsale.board",
        "select -churned_arr from postsale.board",
        "select round(nrr, 2) from postsale.board",
        "select segment from postsale.board group by segment",
        "select arr from postsale.board where arr * 2 > 10",
        "select lag(arr) over (order by month) from postsale.board",
        "select max(month) from postsale.board",
        "select median(days) from postsale.time_to_value",
        "select greatest(arr, 0) from postsale.board",
    ],
)
def test_a_computing_query_is_found(sql: str) -> None:
    assert computations(sql)


@pytest.mark.parametrize(
    "page",
    [
        "{now.arr / now.opening_arr}",
        "{#if now.arr - now.before > 0}up{/if}",
        "<script>\n$: nrr = rows.map((r) => r.arr).reduce((a, b) => a + b, 0);\n</script>",
        "<script>\n$: half = now.arr * 0.5;\n</script>",
        "<Value data={`${now.arr / 12}`} />",
        "{Math.round(now.arr)}",
        "```sql total\nselect sum(arr) from postsale.board\n```",
    ],
)
def test_a_computing_page_is_found(page: str) -> None:
    assert script_computations(page) or any(computations(sql) for sql in _FENCE.findall(page))


def test_words_and_choices_are_no_computation() -> None:
    page = """
<script>
	import { rowsOf } from '$lib/scale.js';
	$: now = rowsOf(headline)[0] ?? {};
	$: high = now.unclassified_share > 0.1;
	$: title = `${now.quarter_label} - ${now.segment}`;
</script>
A sentence - with a dash, 50 / 50, and <a href="/definitions/#nrr">a link</a>.
{#if now.unclassified_hours > 0}<b title="a-b">{now.nrr}</b>{/if}
"""
    assert script_computations(page) == []
