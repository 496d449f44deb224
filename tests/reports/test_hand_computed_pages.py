"""The last of the four levels that a number passes: the page shows what was worked out by hand.

The facts, the metrics and the exported tables of the same company are held to the same file in `tests/end_to_end`.
"""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest

from tests.reports.browser import Site
from tests.reports.words import money, percent

EXPECTED = Path(__file__).parents[1] / "fixtures" / "company" / "expected.csv"
MONTH = "2025-03-01"
SHOWN = {"high_touch": "High touch", "hybrid": "Hybrid", "tech_touch": "Tech touch"}


def by_hand(dimension: str) -> dict[tuple[str, str], float]:
    """(metric, slice) → value worked out by hand for the last closed month."""
    found = {}
    with EXPECTED.open() as stream:
        for row in csv.DictReader(stream):
            if (row["grain"], row["metric_time"], row["dimension"]) == ("month", MONTH, dimension):
                product = Fraction(1)
                for factor in row["value"].split("*"):
                    numerator, _, denominator = factor.partition("/")
                    product *= Fraction(numerator) / Fraction(denominator or "1")
                found[row["metric"], row["dimension_value"]] = float(product)
    return found


def assert_shown(card: str, metric: str, value: float) -> None:
    assert (money(value) if metric == "arr" else percent(value)) in card


def test_the_board_shows_the_totals_worked_out_by_hand(fixture_site: Site) -> None:
    hand = by_hand("")
    with fixture_site.visit("/") as visit:
        for metric in ("nrr", "grr", "arr"):
            assert_shown(visit.card(metric), metric, hand[metric, ""])
        # The eight accounts of the cohort: the denominator of the logo churn worked out by hand.
        assert "n = 8 accounts" in visit.card("nrr")


@pytest.mark.parametrize("dimension", ["segment", "csm"])
def test_each_slice_shows_what_was_worked_out_by_hand(fixture_site: Site, dimension: str) -> None:
    hand = {key: value for key, value in by_hand(dimension).items() if key[0] in {"nrr", "grr", "arr"}}
    slices = sorted({name for _, name in hand if name not in {"unassigned", "unknown"}})
    assert len(slices) > 1
    with fixture_site.visit("/") as visit:
        for name in slices:
            visit.choose(dimension, name, SHOWN.get(name, name))
            for metric in ("nrr", "grr", "arr"):
                if (metric, name) in hand:
                    assert_shown(visit.card(metric), metric, hand[metric, name])
