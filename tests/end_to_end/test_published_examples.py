"""Worked examples that others have published, through the canonical connector.

The examples know neither dates nor accounts: each is laid out here as accounts of one region, so that one company
and one run answer them all. Every opening balance is that of 31 January 2023.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import Company

START = "2023-01-01"


@dataclass(frozen=True)
class Line:
    """One subscription line; a blank end is open."""

    account: str
    arr: float
    start: str = START
    end: str = ""


def moved(account: str, before: float, after: float) -> Iterator[Line]:
    """An account that pays `before` until the middle of 2023 and `after` (0: nothing) from then on."""
    if before == after:
        yield Line(account, before)
        return
    yield Line(account, before, end="2023-06-30")
    if after:
        yield Line(account, after, start="2023-07-01")


def vitally() -> Iterator[Line]:
    """1M from 100 customers: churn 25K (10 of them), expansion 150K (20), contraction 25K (5)."""
    for number in range(10):
        yield from moved(f"churn {number}", 2_500, 0)
    for number in range(20):
        yield from moved(f"up {number}", 10_000, 17_500)
    for number in range(5):
        yield from moved(f"down {number}", 10_000, 5_000)
    for number in range(64):
        yield from moved(f"same {number}", 11_000, 11_000)
    yield from moved("same 64", 21_000, 21_000)


def four_customers(opening: float, expansion: float, contraction: float, churn: float) -> Iterator[Line]:
    """One customer that grows, one that shrinks, one that leaves, and the rest of the opening balance."""
    yield from moved("up", 0.1 * opening, 0.1 * opening + expansion)
    yield from moved("down", 0.2 * opening, 0.2 * opening - contraction)
    yield from moved("churn", churn, 0)
    yield from moved("same", 0.7 * opening - churn, 0.7 * opening - churn)


def five_percent_lost_every_month() -> Iterator[Line]:
    """100,000 that lose a twentieth of what is left in each of twelve months."""
    for month in range(12):
        year, number = divmod(2023 * 12 + 1 + month, 12)
        yield Line(f"leaves {month}", round(100_000 * 0.95**month * 0.05, 6), end=f"{year}-{number + 1:02d}-10")
    yield Line("stays", round(100_000 * 0.95**12, 6))


def gold_and_silver() -> Iterator[Line]:
    """Four yearly gold lines of 2,000 in all; silver at 60 a month; gold again at three times 50 after a pause."""
    for _ in range(4):
        yield Line("customer", 500, start="2023-01-10", end="2023-12-31")
    yield Line("customer", 60 * 12, start="2023-03-05", end="2023-05-04")
    for _ in range(3):
        yield Line("customer", 50 * 12, start="2024-04-01")


EXAMPLES: dict[str, Callable[[], Iterator[Line]]] = {
    "Vitally": vitally,
    "Workday, first": lambda: four_customers(2_000_000, 300_000, 100_000, 50_000),
    "Workday, second": lambda: four_customers(600_000, 30_000, 60_000, 70_000),
    "ChartMogul, churn": lambda: four_customers(100, 10, 10, 10),
    "ChartMogul, movements": gold_and_silver,
    "compounding": five_percent_lost_every_month,
    "conflated": lambda: moved("all", 50_000_000, 52_500_000),
    "separated": lambda: moved("all", 50_000_000, 62_500_000),
}


@pytest.fixture(scope="session")
def examples(built_once: Callable[[str, Callable[[Path], Company]], Company]) -> Company:
    def make(folder: Path) -> Company:
        (folder / "files").mkdir()
        with (folder / "files" / "accounts.csv").open("w") as stream:
            accounts = csv.writer(stream)
            accounts.writerow(["account_id", "account_name", "region"])
            for example, lines in EXAMPLES.items():
                for account in dict.fromkeys(line.account for line in lines()):
                    accounts.writerow([f"{example}/{account}", account, example])
        with (folder / "files" / "subscriptions.csv").open("w") as stream:
            subscriptions = csv.writer(stream)
            subscriptions.writerow(["subscription_id", "account_id", "product", "start_date", "end_date", "arr"])
            for example, lines in EXAMPLES.items():
                for number, line in enumerate(lines()):
                    subscriptions.writerow(
                        [
                            f"{example}/{number}",
                            f"{example}/{line.account}",
                            "core",
                            line.start,
                            line.end,
                            f"{line.arr:.6f}",
                        ]
                    )
        (folder / "postsale.toml").write_text(
            'as_of = "2024-04-30"\n[sources.examples]\nconnector = "canonical"\nkind = "files"\npath = "files"\n'
        )
        return Company(folder / "postsale.toml", folder / "home").build("--no-site")

    return built_once("examples", make)


@pytest.fixture(scope="session")
def answers(examples: Company) -> dict[tuple[str, str, str], float | None]:
    """(region, month, metric) → value."""
    metrics = ["nrr", "grr", "logo_churn_rate", "nrr_monthly_compounded", "arr", "new_arr", "expansion_arr"]
    metrics += ["contraction_arr", "churned_arr", "reactivation_arr"]
    outcome = examples.postsale("query", *metrics, "--by", "region", "--format", "json")
    assert outcome.returncode == 0, outcome.stderr
    return {
        (row["region"], row["metric_time"], metric): row[metric]
        for row in json.loads(outcome.stdout)
        for metric in metrics
    }


@pytest.mark.parametrize(
    ("example", "month", "metric", "published"),
    [
        ("Vitally", "2024-01-01", "nrr", 1.10),
        ("Vitally", "2024-01-01", "grr", 0.95),
        ("Vitally", "2024-01-01", "logo_churn_rate", 0.10),
        ("Workday, first", "2024-01-01", "nrr", 1.075),
        ("Workday, second", "2024-01-01", "nrr", 500 / 600),
        ("ChartMogul, churn", "2024-01-01", "grr", 1 - 0.20),
        ("ChartMogul, churn", "2024-01-01", "nrr", 1 - 0.10),
        ("ChartMogul, movements", "2023-01-01", "new_arr", 2_000),
        ("ChartMogul, movements", "2023-03-01", "expansion_arr", 60 * 12),
        ("ChartMogul, movements", "2023-05-01", "contraction_arr", 60 * 12),
        ("ChartMogul, movements", "2024-01-01", "churned_arr", 2_000),
        ("ChartMogul, movements", "2024-04-01", "reactivation_arr", 150 * 12),
        ("ChartMogul, movements", "2024-04-01", "new_arr", 0),
        ("compounding", "2024-01-01", "nrr_monthly_compounded", 1 - 0.4596399123373087),
        ("compounding", "2024-01-01", "nrr", 1 - 0.4596399123373087),
    ],
)
def test_published_result(
    answers: dict[tuple[str, str, str], float | None], example: str, month: str, metric: str, published: float
) -> None:
    assert answers[example, month, metric] == pytest.approx(published, abs=1e-9)


def test_the_case_for_separation(answers: dict[tuple[str, str, str], float | None]) -> None:
    nrr = {name: answers[name, "2024-01-01", "nrr"] for name in ("conflated", "separated")}
    assert nrr == {"conflated": pytest.approx(1.05), "separated": pytest.approx(1.25)}
    arr = {name: answers[name, "2024-01-01", "arr"] for name in nrr}
    assert arr["separated"] == pytest.approx((arr["conflated"] or 0) + 10_000_000)
