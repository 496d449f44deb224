-- Catches a window whose parts do not fit the movements: over every window, NRR less NRR by flow is the
-- reactivation of the cohort over its opening ARR. The reactivation is taken from the movements, not from the
-- window's own column. Compared as amounts: both ratios have the same denominator.
with windows as (
    select
        account_id,
        month_end,
        window_months,
        window_start,
        current_arr,
        flow_arr
    from {{ ref('fct_arr_window') }}
    where is_base
),

reactivations as (
    select
        account_id,
        month_end,
        amount
    from {{ ref('fct_arr_movement') }}
    where movement_type = 'reactivation'
),

reactivated as (
    select
        windows.month_end,
        windows.window_months,
        sum(reactivations.amount) as amount
    from windows
    inner join reactivations
        on windows.account_id = reactivations.account_id
        and reactivations.month_end > windows.window_start
        and reactivations.month_end <= windows.month_end
    group by windows.month_end, windows.window_months
),

sums as (
    select
        month_end,
        window_months,
        sum(current_arr) as current_arr,
        sum(flow_arr) as flow_arr
    from windows
    group by month_end, window_months
)

select
    sums.month_end,
    sums.window_months,
    sums.current_arr,
    sums.flow_arr,
    reactivated.amount
from sums
left join reactivated
    on sums.month_end = reactivated.month_end
    and sums.window_months = reactivated.window_months
where sums.current_arr - sums.flow_arr <> coalesce(reactivated.amount, 0)
