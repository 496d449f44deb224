-- Grain: revenue account x closed month in which its ARR differs from the month before; at most one movement each.
-- Tested in this order: new, reactivation, churn, expansion or contraction.
with months as (
    select
        account_id,
        month_end,
        previous_month_end,
        arr,
        previous_arr,
        movement_type
    from {{ ref('int_account_month_arr') }}
    where movement_type is not null
),

snapshots as (
    select
        account_id,
        month_end,
        opening_book_id,
        opening_journey_id
    from {{ ref('fct_arr_snapshot') }}
),

spans as (
    select
        account_id,
        service_from,
        service_to
    from {{ ref('int_service_spans') }}
),

changes as (
    select
        account_id,
        month_end,
        last_changed_on,
        source_row_hashes
    from {{ ref('int_arr_changes') }}
),

-- At most one stretch of service holds a day: the one that the month-end is in, and the one that the month began in.
dated as (
    select
        months.account_id,
        months.month_end,
        months.movement_type,
        months.previous_arr,
        months.arr,
        snapshots.opening_book_id,
        snapshots.opening_journey_id,
        changes.source_row_hashes,
        case
            when months.movement_type in ('new', 'reactivation') then current_spans.service_from
            when months.movement_type = 'churn' then {{ add_days('opening_spans.service_to', 1) }}
            else changes.last_changed_on
        end as occurred_on
    from months
    inner join snapshots
        on months.account_id = snapshots.account_id
        and months.month_end = snapshots.month_end
    left join changes
        on months.account_id = changes.account_id
        and months.month_end = changes.month_end
    left join spans as current_spans
        on months.account_id = current_spans.account_id
        and months.month_end between current_spans.service_from and current_spans.service_to
    left join spans as opening_spans
        on months.account_id = opening_spans.account_id
        and months.previous_month_end between opening_spans.service_from and opening_spans.service_to
),

final as (
    select
        {{ surrogate_key(['account_id', 'month_end']) }} as arr_movement_id,
        account_id,
        month_end,
        movement_type,
        cast(abs(arr - previous_arr) as decimal(28, 6)) as amount,
        cast(arr - previous_arr as decimal(28, 6)) as signed_amount,
        previous_arr as opening_arr,
        arr as closing_arr,
        occurred_on,
        opening_book_id as book_id,
        opening_journey_id as journey_id,
        source_row_hashes
    from dated
)

select
    arr_movement_id,
    account_id,
    month_end,
    movement_type,
    amount,
    signed_amount,
    opening_arr,
    closing_arr,
    occurred_on,
    book_id,
    journey_id,
    source_row_hashes
from final
