-- Catches a silent month that is missing (the month before would no longer be the row before) and a join that
-- repeats rows: every account with every closed month, once; three windows for each of them; the last month is the
-- last closed one.
with expected as (
    select
        (select count(distinct revenue_account_id) from {{ ref('int_arr_lines') }}) as revenue_accounts,
        (select count(*) from {{ ref('int_account_hierarchy') }}) as accounts,
        (select count(*) from {{ ref('int_months') }}) as months,
        (select max(month_end) from {{ ref('int_months') }}) as last_month_end,
        (select max(last_closed_month_end) from {{ ref('stg_build__parameters') }}) as last_closed_month_end
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
    expected.last_month_end,
    expected.last_closed_month_end,
    counted.snapshots,
    counted.windows,
    counted.account_months
from expected
cross join counted
where
    counted.snapshots <> expected.revenue_accounts * expected.months
    or counted.windows <> expected.revenue_accounts * expected.months * 3
    or counted.account_months <> expected.accounts * expected.months
    or expected.last_month_end <> expected.last_closed_month_end
