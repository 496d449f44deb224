"""The revenue marts of random companies, row by row against an independent calculator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.dbt.company import Workshop
from tests.dbt.project import rows
from tests.dbt.random_company import as_company, random_reference
from tests.dbt.reference import Reference, months_before

ACCOUNTS = 150


@dataclass(frozen=True)
class Built:
    reference: Reference
    warehouse: Path


@pytest.fixture(scope="module", params=[(11, 0), (12, 30)], ids=["no_grace", "grace_of_30_days"])
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, workshop: Workshop
) -> Iterator[Built]:
    seed, grace = request.param
    reference = random_reference(seed, ACCOUNTS, grace)
    kept_in = tmp_path_factory.mktemp("company")
    warehouse = workshop.build(as_company(reference), kept_in, select=["+marts.revenue", "+marts.core"])
    yield Built(reference, warehouse)


def test_the_companies_are_hard_enough(built: Built) -> None:
    kinds = [kind for (kind,) in rows(built.warehouse, "select movement_type from marts.fct_arr_movement")]
    assert {kind: kinds.count(kind) > 10 for kind in set(kinds)} == dict.fromkeys(
        ("new", "expansion", "contraction", "churn", "reactivation"), True
    )
    bridged = rows(built.warehouse, "select count(*) from intermediate.int_late_renewal_bridges")[0][0]
    assert (bridged > 10) == (built.reference.grace > 0)


def test_arr_of_every_account_and_month(built: Built) -> None:
    found = rows(built.warehouse, "select account_id, month_end, arr from marts.fct_arr_snapshot")
    assert {(account, day): arr for account, day, arr in found} == built.reference.month_arr
    assert len(found) == len(built.reference.month_arr)


def test_movements(built: Built) -> None:
    reference = built.reference
    expected = {}
    for account in reference.customers:
        for day in reference.grid:
            movement = reference.movement(account, day)
            if movement is not None:
                expected[account, day] = (movement.kind, movement.amount, movement.occurred_on)
    found = rows(
        built.warehouse, "select account_id, month_end, movement_type, amount, occurred_on from marts.fct_arr_movement"
    )
    assert {(account, day): tuple(rest) for account, day, *rest in found} == expected
    assert len(found) == len(expected)


@pytest.mark.parametrize("months", [1, 3, 12])
def test_windows(built: Built, months: int) -> None:
    reference = built.reference
    found = rows(
        built.warehouse,
        "select account_id, month_end, base_arr, current_arr, retained_arr, running_min_arr,"
        " current_arr_excluding_reactivated, flow_arr, reactivation_arr, is_lapsed"
        f" from marts.fct_arr_window where window_months = {months}",
    )
    expected = {}
    for account in reference.customers:
        for day in reference.grid:
            window = reference.window(account, day, months)
            expected[account, day] = (
                window.base,
                window.current,
                window.retained,
                window.running_min,
                window.excluding_reactivated,
                window.flow,
                window.reactivated,
                window.lapsed,
            )
    assert {(account, day): tuple(rest) for account, day, *rest in found} == expected


def test_slices_on_every_month_end(built: Built) -> None:
    reference = built.reference
    found = rows(
        built.warehouse,
        "select account_id, month_end, segment, csm, team, industry, region, product, signed_quarter"
        " from marts.dim_account_month where account_id = revenue_account_id",
    )
    assert found
    wrong = [
        (account, day, rest, expected)
        for account, day, *rest in found
        if rest != (expected := list(reference.attributes(account, day).values()))
    ]
    assert wrong == []


def test_opening_slices_are_those_of_the_month_before_or_of_the_first_day_of_service(built: Built) -> None:
    reference = built.reference
    found = rows(
        built.warehouse,
        "select movement.account_id, movement.month_end, movement.movement_type,"
        " book.segment, book.csm, book.team, book.industry, book.region, book.product, book.signed_quarter"
        " from marts.fct_arr_movement as movement join marts.dim_account_history as book using (book_id)",
    )
    wrong = []
    for account, day, kind, *rest in found:
        anchor = months_before(day, 1)
        if kind == "new":
            first = reference.first_service(reference.families[account])
            assert first is not None
            anchor = first
        if rest != list(reference.attributes(account, anchor).values()):
            wrong.append((account, day, kind, rest))
    assert wrong == []


def test_arr_by_line_product(built: Built) -> None:
    reference = built.reference
    found = rows(built.warehouse, "select account_id, line_product, month_end, arr from marts.fct_arr_line_snapshot")
    wrong = [
        (account, product, day)
        for account, product, day, arr in found
        if arr != reference.line_arr(account, product, day)
    ]
    assert wrong == []
    total = sum(arr for *_, arr in found)
    assert total == sum(reference.month_arr.values())
