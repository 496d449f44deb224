-- Catches a movement that is missing, doubled or of the wrong size: for every account and month, opening + new +
-- reactivation + expansion - contraction - churn = closing, to the last digit, and the opening is the closing of
-- the month before. It does not judge whether a movement bears the right name.
with snapshots as (
    select
        account_id,
        month_end,
        arr,
        previous_arr,
        lag(arr) over (partition by account_id order by month_number) as arr_of_month_before
    from {{ ref('fct_arr_snapshot') }}
),

movements as (
    select
        account_id,
        month_end,
        sum(
            case
                when movement_type in ('new', 'reactivation', 'expansion') then amount
                when movement_type in ('contraction', 'churn') then -amount
            end
        ) as net_amount
    from {{ ref('fct_arr_movement') }}
    group by account_id, month_end
),

final as (
    select
        coalesce(snapshots.account_id, movements.account_id) as account_id,
        coalesce(snapshots.month_end, movements.month_end) as month_end,
        snapshots.previous_arr,
        movements.net_amount,
        snapshots.arr
    from snapshots
    full outer join movements
        on snapshots.account_id = movements.account_id
        and snapshots.month_end = movements.month_end
    where
        snapshots.account_id is null
        or snapshots.previous_arr + coalesce(movements.net_amount, 0) <> snapshots.arr
        or coalesce(snapshots.arr_of_month_before, 0) <> snapshots.previous_arr
)

select
    account_id,
    month_end,
    previous_arr,
    net_amount,
    arr
from final
