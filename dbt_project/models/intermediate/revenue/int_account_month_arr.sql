-- Grain: revenue account x closed month, silent months included, with ARR on the last day of the month.
with months as (
    select
        month_end,
        month_number,
        previous_month_end
    from {{ ref('int_months') }}
),

lines as (
    select
        revenue_account_id,
        service_from,
        service_to,
        is_in_grace,
        arr
    from {{ ref('int_arr_lines') }}
),

accounts as (
    select distinct revenue_account_id as account_id from lines
),

active as (
    select
        lines.revenue_account_id as account_id,
        months.month_end,
        sum(lines.arr) as arr,
        sum(case when lines.is_in_grace then lines.arr else 0 end) as in_grace_arr
    from lines
    inner join months on months.month_end between lines.service_from and lines.service_to
    group by lines.revenue_account_id, months.month_end
),

dense as (
    select
        accounts.account_id,
        months.month_end,
        months.month_number,
        months.previous_month_end,
        cast(coalesce(active.arr, 0) as decimal(28, 6)) as arr,
        cast(coalesce(active.in_grace_arr, 0) as decimal(28, 6)) as in_grace_arr
    from accounts
    cross join months
    left join active
        on accounts.account_id = active.account_id
        and months.month_end = active.month_end
),

-- The grid has every month, so the row before is the month before; before the grid there was no contract.
compared as (
    select
        account_id,
        month_end,
        month_number,
        previous_month_end,
        arr,
        in_grace_arr,
        coalesce(lag(arr) over (partition by account_id order by month_number), 0) as previous_arr,
        coalesce(
            max(arr) over (
                partition by account_id order by month_number rows between unbounded preceding and 1 preceding
            ), 0
        ) as highest_earlier_arr
    from dense
),

final as (
    select
        account_id,
        month_end,
        month_number,
        previous_month_end,
        arr,
        cast(previous_arr as decimal(28, 6)) as previous_arr,
        in_grace_arr,
        highest_earlier_arr > 0 as was_customer_before,
        case
            when previous_arr = 0 and arr > 0 and highest_earlier_arr = 0 then 'new'
            when previous_arr = 0 and arr > 0 then 'reactivation'
            when previous_arr > 0 and arr = 0 then 'churn'
            when arr > previous_arr then 'expansion'
            when arr < previous_arr then 'contraction'
        end as movement_type
    from compared
)

select
    account_id,
    month_end,
    month_number,
    previous_month_end,
    arr,
    previous_arr,
    in_grace_arr,
    was_customer_before,
    movement_type
from final
