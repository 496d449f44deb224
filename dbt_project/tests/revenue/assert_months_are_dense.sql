-- Catches a silent month that is missing (the month before would no longer be the row before) and a join that repeats rows:
-- every account with every closed month, once; three windows for each of them.
with expected as (
    select
        (select count(distinct revenue_account_id) from {{ ref('int_arr_lines') }}) as revenue_accounts,
        (select count(*) from {{ ref('int_account_hierarchy') }}) as accounts,
        (select count(*) from {{ ref('int_months') }}) as months
),

counted as (
    select
        (select count(*) from {{ ref('fct_arr_snapshot') }}) as snapshots,
        (select count(*) from {{ ref('fct_arr_window') }}) as windows,
        (select count(*) from {{ ref('dim_account_month') }}) as account_months
)

select
    expected.revenue_accounts,
    expected.accounts,
    expected.months,
    counted.snapshots,
    counted.windows,
    counted.account_months
from expected
cross join counted
where
    counted.snapshots != expected.revenue_accounts * expected.months
    or counted.windows != expected.revenue_accounts * expected.months * 3
    or counted.account_months != expected.accounts * expected.months
