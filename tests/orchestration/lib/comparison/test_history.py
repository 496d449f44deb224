"""From the marts of a build to the arms of a comparison."""

from __future__ import annotations

import duckdb
import pytest

from orchestration.lib.comparison.history import operating_model_comparison
from orchestration.lib.comparison.outcomes import COLUMNS, MARTS, OUTCOMES


@pytest.fixture
def warehouse() -> duckdb.DuckDBPyConnection:
    """Six separated and five conflated books; the books' ARR grew by a half, or not at all."""
    connection = duckdb.connect()
    connection.execute(
        """
        create schema staging; create schema marts; create schema audit;
        create table staging.stg_build__parameters as
            select date '2024-06-30' as last_closed_month_end, 5 as comparison_minimum_books,
                90 as comparison_confidence_percent;
        create table audit.source_status (canonical_object varchar, is_connected boolean);
        insert into audit.source_status values
            ('subscriptions', true), ('meetings', true), ('meetings', false), ('opportunities', true);
        create table marts.dim_csm_operating_period as
            select concat(model, number, '@x') as csm_email, date '1900-01-01' as valid_from,
                date '9999-12-31' as valid_to, model as operating_model
            from (values ('separated', 6), ('conflated', 5)) as models (model, books), range(6) as numbers (number)
            where number < books;
        create table marts.dim_account_history as
            select concat('book of ', csm_email) as book_id, csm_email from marts.dim_csm_operating_period
            union all select 'nobody', null;
        create table marts.fct_arr_window as
            select concat(name, ' of ', csm_email) as account_id, month_end, 12 as window_months, true as is_base,
                case when csm_email like 'separated%' then 150 else 100 end::decimal(28, 6) as current_arr,
                100::decimal(28, 6) as base_arr, book_id
            from marts.dim_account_history, (values ('one'), ('two')) as names (name),
                (values (date '2024-06-30'), (date '2024-05-31')) as months (month_end);
        insert into marts.fct_arr_window
            select account_id, month_end, 3, is_base, 0, base_arr, book_id from marts.fct_arr_window;
        create table marts.fct_expansion as
            select concat('one of ', csm_email) as account_id, date '2024-03-31' as month_end, movement_type, motion,
                amount::decimal(28, 6) as amount, book_id
            from marts.dim_account_history,
                (values ('expansion', 'proactive', 30), ('expansion', 'reactive', 10), ('expansion', 'contracted', 99),
                    ('expansion', 'unattributed', 99), ('contraction', 'reactive', -50))
                as parts (movement_type, motion, amount);
        create table marts.fct_warning as
            select csm_email as owner_email, concat('one of ', csm_email) as account_id, opened_on,
                true as is_response_due,
                case when csm_email like 'separated%' then true end as is_response_on_time
            from marts.dim_csm_operating_period,
                (values (date '2023-07-01'), (date '2024-06-30'), (date '2023-06-30')) as days (opened_on);
        """
    )
    return connection


def test_nrr_of_books_over_the_last_twelve_months(warehouse: duckdb.DuckDBPyConnection) -> None:
    result = next(one for one in operating_model_comparison(warehouse) if one.outcome == "nrr")
    assert result.comparison == "separated_against_conflated"
    assert (result.books_a, result.books_b, result.accounts_a, result.accounts_b) == (5, 6, 10, 12)
    assert (result.value_a, result.value_b, result.difference) == (1.0, 1.5, 0.5)
    assert (result.confidence, result.verdict) == (0.9, "higher")


def test_expansion_is_proactive_or_reactive(warehouse: duckdb.DuckDBPyConnection) -> None:
    """What was contracted, what nobody attributed and contractions are in neither."""
    result = next(one for one in operating_model_comparison(warehouse) if one.outcome == "proactive_expansion_share")
    assert (result.value_a, result.value_b, result.accounts_b) == (0.75, 0.75, 6)
    assert (result.difference, result.verdict) == (0.0, "no evidence")


def test_warnings_are_those_opened_inside_the_window(warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute("delete from marts.fct_warning where opened_on > '2023-06-30' and owner_email = 'separated0@x'")
    result = next(one for one in operating_model_comparison(warehouse) if one.outcome == "warning_response_24h_rate")
    assert (result.books_a, result.books_b) == (5, 5)
    assert (result.value_a, result.value_b) == (0.0, 1.0)


def test_without_its_source_an_outcome_is_unknown(warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute("update audit.source_status set is_connected = false where canonical_object = 'meetings'")
    found = [one for one in operating_model_comparison(warehouse) if one.outcome == "warning_response_24h_rate"]
    assert {(one.verdict, one.reason) for one in found} == {("no evidence", "not connected: meetings")}


def test_rows_fit_the_columns_and_show_no_address(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = operating_model_comparison(warehouse)
    assert len(found) == 3 * len(OUTCOMES)
    assert all(len(one.row()) == len(COLUMNS) for one in found)
    assert not any("@" in str(value) for one in found for value in one.row())
    assert [name for name, _ in COLUMNS] == list(vars(found[0]))


def test_every_outcome_names_the_marts_it_reads() -> None:
    for outcome in OUTCOMES:
        assert all(f"marts.{mart}" in outcome.sql for mart in outcome.marts)
        assert set(outcome.marts) <= set(MARTS)
