"""Whatever arrives: every row of a file is loaded, duplicate or quarantined, once, and never changed on the way."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.orchestration.lib.landing_company import LandingCompany

HEADER = ["account_id", "account_name", "acv", "created_on", "csm_email"]
# A failing example is readable as it is found; shrinking it would repeat hundreds of loads.
SETTINGS = settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

_KEYS = st.sampled_from(["A1", "A2", "A3", "A4", ""])
_NAMES = st.text(alphabet='ab é,;"\n\r|\t', max_size=6)
_NUMBERS = st.sampled_from(["", "1", "2.50", "-3", "1e4", "1,5", "x"])
_DAYS = st.sampled_from(["", "2024-01-31", "2024-02-30", "31.01.2024", "2024-01-31 "])
_EMAILS = st.sampled_from(["", "a@b.c", "a b"])
_ROWS = st.lists(st.tuples(_KEYS, _NAMES, _NUMBERS, _DAYS, _EMAILS), max_size=12)


def _csv(rows: list[tuple[str, ...]]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([tuple(HEADER), *rows])
    return buffer.getvalue()


@st.composite
def _damage(draw: st.DrawFn) -> Any:
    """A way to damage bytes: cut, insert or remove some, or leave them."""
    return draw(
        st.one_of(
            st.just(("none", 0, b"")),
            st.tuples(st.just("cut"), st.integers(0, 400), st.just(b"")),
            st.tuples(
                st.just("insert"),
                st.integers(0, 400),
                st.sampled_from([b'"', b",", b"\n", b"\xff", b'""', b"{", b"\r\n", b"\xef\xbb\xbf", b"\0"]),
            ),
            st.tuples(st.just("remove"), st.integers(0, 400), st.sampled_from([b"1", b"123"])),
        )
    )


def _damaged(content: bytes, damage: tuple[str, int, bytes]) -> bytes:
    kind, place, piece = damage
    place = min(place, len(content))
    if kind == "cut":
        return content[:place]
    if kind == "insert":
        return content[:place] + piece + content[place:]
    if kind == "remove":
        return content[:place] + content[place + len(piece) :]
    return content


def _reconcile(company: LandingCompany) -> None:
    """The identity, and that manifest, stored rows and quarantine say the same."""
    for record in company.loads(
        "load_id, status, rows_arrived, rows_loaded, rows_duplicate, rows_quarantined, rows_withdrawn"
    ):
        load_id, status, arrived, loaded, duplicate, quarantined, withdrawn = record
        assert arrived == loaded + duplicate + quarantined
        stored = [row for row in company.rows("accounts", "_load_id, _is_withdrawn") if row[0] == load_id]
        assert sum(not is_withdrawn for _, is_withdrawn in stored) == loaded
        assert sum(is_withdrawn for _, is_withdrawn in stored) == withdrawn
        rejected = [row for row in company.quarantine("load_id, row_number, reason") if row[0] == load_id]
        if status == "quarantined":
            assert [row[1] for row in rejected] == [None]
        else:
            assert len(rejected) == quarantined
            assert all(row[1] is not None and row[2] for row in rejected)


@SETTINGS
@given(first=_ROWS, second=_ROWS, damage=_damage(), again=_damage())
def test_damaged_csv_files(
    first: list[tuple[str, ...]], second: list[tuple[str, ...]], damage: Any, again: Any
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        company = LandingCompany(Path(folder))
        for content, change in ((_csv(first), damage), (_csv(second), again)):
            company.put("accounts.csv", _damaged(content.encode(), change))
            company.load()
            _reconcile(company)


@SETTINGS
@given(rows=_ROWS, damage=_damage())
def test_damaged_json_lines(rows: list[tuple[str, ...]], damage: Any) -> None:
    lines = [json.dumps({name: value for name, value in zip(HEADER, row, strict=True) if value}) for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        company = LandingCompany(Path(folder))
        company.put("accounts.jsonl", _damaged("\n".join(lines).encode(), damage))
        company.load()
        _reconcile(company)


@SETTINGS
@given(rows=_ROWS)
def test_undamaged_csv_rows_all_arrive_and_keep_their_values(rows: list[tuple[str, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        company = LandingCompany(Path(folder))
        record = company.load_one("accounts.csv", _csv(rows))
        filled = {number: row for number, row in enumerate(rows, start=2) if any(cell.strip("\n\r") for cell in row)}
        assert record.rows_arrived == len([row for row in rows if any(row)])
        for number, *values in company.rows("accounts", f"_row_number, {', '.join(HEADER)}"):
            assert tuple(value or "" for value in values) == filled[number]
