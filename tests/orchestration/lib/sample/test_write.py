"""What lies in the folder that `postsale sample` writes."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from orchestration.lib.config import load_config
from orchestration.lib.sample.parameters import Parameters, SampleError
from orchestration.lib.sample.write import SampleSummary, delivery_days, write_company


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_seed_writes_the_same_bytes(written: SampleSummary, tmp_path: Path) -> None:
    again = write_company(tmp_path / "again", accounts=40, months=18, seed=11)
    assert contents(again.path) == contents(written.path)
    assert again.rows == written.rows


def test_another_seed_is_another_company(written: SampleSummary, tmp_path: Path) -> None:
    other = write_company(tmp_path / "other", accounts=40, months=18, seed=12)
    mine, theirs = contents(written.path), contents(other.path)
    assert mine["truth/metrics.csv"] != theirs["truth/metrics.csv"]
    assert mine["policy/activities.csv"] == theirs["policy/activities.csv"]


def test_compressed_files_carry_no_time_and_no_name(written: SampleSummary) -> None:
    packed = sorted(written.path.rglob("*.gz"))
    assert packed
    for path in packed:
        header = path.read_bytes()[:10]
        assert header[3] == 0, f"{path}: a name or an extra field"
        assert header[4:8] == b"\0\0\0\0", f"{path}: a time"


def test_each_delivery_is_a_folder_of_the_day_after_its_quarter(written: SampleSummary) -> None:
    for connector in ("salesforce", "segment", "harvest", "zendesk", "delighted"):
        names = sorted(path.name for path in (written.path / "exports" / connector).iterdir())
        expected = {"2025-07-01", "2025-10-01", "2026-01-01", "2026-04-01", "2026-07-01", "2026-10-01"}
        assert {name.removeprefix("delivered=") for name in names} >= expected
    assert delivery_days(Parameters(months=4))[0] == date(2026, 6, 30)
    assert delivery_days(Parameters(months=1)) == [date(2026, 9, 30)]


def test_the_summary_counts_the_rows_in_the_files(written: SampleSummary) -> None:
    rows: Counter[str] = Counter()
    files = 0
    for path in (written.path / "exports").rglob("*"):
        if not path.is_file():
            continue
        files += 1
        connector = path.relative_to(written.path / "exports").parts[0]
        name = f"{connector}.{path.name.split('.')[0]}"
        if path.suffix == ".gz":
            rows[name] += len(gzip.decompress(path.read_bytes()).decode().splitlines())
        else:
            encoding = "latin-1" if not _is_utf8(path.read_bytes()) else "utf-8"
            rows[name] += len(list(csv.reader(io.StringIO(path.read_bytes().decode(encoding))))) - 1
    assert dict(rows) == written.rows
    assert files == written.files


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def test_the_configuration_loads_and_names_the_last_day(written: SampleSummary) -> None:
    config = load_config(written.config)
    assert str(config.as_of) == "2026-09-30"
    assert list(config.sources) == ["salesforce", "segment", "harvest", "zendesk", "delighted", "canonical"]
    for source in config.sources.values():
        assert source.path.is_dir()
    assert (written.path / "policy" / "fx_rates.csv").is_file()


def test_nothing_is_known_that_happened_after_the_last_day(written: SampleSummary) -> None:
    last = "2026-09-30"
    for path in (written.path / "exports" / "harvest").rglob("time_entries*"):
        for line in gzip.decompress(path.read_bytes()).decode().splitlines():
            assert json.loads(line)["spent_date"] <= last
    facts = {"Milestone__c": "Achieved_Date__c", "Onboarding__c": "Go_Live_Date__c", "Contact": "Left_Date__c"}
    for name, column in facts.items():
        for path in (written.path / "exports" / "salesforce").rglob(f"{name}.csv"):
            if not _is_utf8(path.read_bytes()):
                continue
            for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))):
                assert (row[column] or "") <= last or not row[column][:4].isdigit()


def test_progress_is_told_in_words(tmp_path: Path) -> None:
    told: list[str] = []
    write_company(tmp_path / "company", accounts=5, months=6, seed=1, on_progress=told.append)
    assert any(message.startswith("simulate month 1 of 6") for message in told)
    assert any("write" in message for message in told)


@pytest.mark.parametrize(("accounts", "months"), [(1, 1), (2, 3), (5, 6), (9, 13), (3, 40)])
def test_companies_of_any_size_are_whole(tmp_path: Path, accounts: int, months: int) -> None:
    summary = write_company(tmp_path / "company", accounts=accounts, months=months, seed=4)
    answers = list(csv.DictReader((summary.path / "truth" / "metrics.csv").open(encoding="utf-8")))
    totals = [row for row in answers if row["metric"] == "arr" and row["dimension"] == ""]
    assert len(totals) == months
    assert float(totals[-1]["value"]) >= 0
    assert summary.rows["salesforce.SBQQ__Subscription__c"] >= 1


@pytest.mark.parametrize(
    ("accounts", "months", "seed", "named"),
    [(0, 6, 1, "accounts"), (20_001, 6, 1, "accounts"), (5, 0, 1, "months"), (5, 241, 1, "months"), (5, 6, -1, "seed")],
)
def test_sizes_out_of_range_are_refused_by_name(
    tmp_path: Path, accounts: int, months: int, seed: int, named: str
) -> None:
    with pytest.raises(SampleError, match=named):
        write_company(tmp_path / "company", accounts=accounts, months=months, seed=seed)
    assert not (tmp_path / "company").exists()


def test_an_earlier_sample_is_replaced_whole(tmp_path: Path) -> None:
    folder = tmp_path / "company"
    write_company(folder, accounts=5, months=12, seed=1)
    write_company(folder, accounts=5, months=6, seed=1)
    fresh = write_company(tmp_path / "fresh", accounts=5, months=6, seed=1)
    assert contents(folder) == contents(fresh.path)


def test_another_companys_folder_is_left_alone(tmp_path: Path) -> None:
    config = tmp_path / "postsale.toml"
    config.write_text('reporting_currency = "USD"\n', encoding="utf-8")
    with pytest.raises(SampleError, match="another company"):
        write_company(tmp_path, accounts=5, months=6, seed=1)
    config.unlink()
    (tmp_path / "exports").mkdir()
    with pytest.raises(SampleError, match="something else"):
        write_company(tmp_path, accounts=5, months=6, seed=1)
    assert [path.name for path in tmp_path.iterdir()] == ["exports"]
