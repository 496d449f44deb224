-- Grain: customer (revenue account) x product area x closed month, where the customer gave feedback on the area in the
-- twelve months to the month-end.
with feedback as (
    select
        revenue_account_id,
        product_area,
        received_on
    from {{ ref('fct_feedback') }}
),

snapshots as (
    select
        account_id,
        month_end,
        {{ month_end_before('month_end', 12) }} as window_start,
        arr,
        book_id
    from {{ ref('fct_arr_snapshot') }}
    where is_customer
),

final as (
    select
        {{ surrogate_key(['snapshots.account_id', 'feedback.product_area', 'snapshots.month_end']) }}
            as feedback_month_id,
        snapshots.account_id,
        feedback.product_area,
        snapshots.month_end,
        cast(count(*) as integer) as feedback_items,
        cast(max(snapshots.arr) as decimal(28, 6)) as arr,
        max(snapshots.book_id) as book_id
    from snapshots
    inner join feedback
        on snapshots.account_id = feedback.revenue_account_id
        and feedback.received_on > snapshots.window_start
        and feedback.received_on <= snapshots.month_end
    group by snapshots.account_id, feedback.product_area, snapshots.month_end
)

select
    feedback_month_id,
    account_id,
    product_area,
    month_end,
    feedback_items,
    arr,
    book_id
from final
