-- Grain: revenue account that ever had a line x closed month, zeros included: ARR on the last day of the month.
with months as (
    select
        account_id,
        month_end,
        month_number,
        previous_month_end,
        arr,
        previous_arr,
        in_grace_arr,
        movement_type
    from {{ ref('int_account_month_arr') }}
),

account_months as (
    select
        account_id,
        month_end,
        book_id,
        journey_id
    from {{ ref('dim_account_month') }}
),

books as (
    select
        account_id,
        book_id,
        valid_from,
        valid_to
    from {{ ref('dim_account_history') }}
),

journeys as (
    select
        account_id,
        journey_id,
        valid_from,
        valid_to
    from {{ ref('dim_account_journey') }}
),

origins as (
    select
        account_id,
        first_service_on
    from {{ ref('int_account_origins') }}
),

-- A customer counts where it stood when the month began; a new one where it stood on its first day of service.
anchored as (
    select
        months.account_id,
        months.month_end,
        months.month_number,
        months.arr,
        months.previous_arr,
        months.in_grace_arr,
        account_months.book_id,
        account_months.journey_id,
        case
            when months.movement_type = 'new' then origins.first_service_on else months.previous_month_end
        end as opening_anchor
    from months
    inner join account_months
        on months.account_id = account_months.account_id
        and months.month_end = account_months.month_end
    inner join origins on months.account_id = origins.account_id
),

final as (
    select
        {{ surrogate_key(['anchored.account_id', 'anchored.month_end']) }} as arr_snapshot_id,
        anchored.account_id,
        anchored.month_end,
        anchored.month_number,
        anchored.arr,
        anchored.previous_arr,
        anchored.in_grace_arr > 0 as is_in_grace,
        anchored.in_grace_arr,
        anchored.arr > 0 as is_customer,
        anchored.book_id,
        books.book_id as opening_book_id,
        anchored.journey_id,
        journeys.journey_id as opening_journey_id
    from anchored
    inner join books
        on anchored.account_id = books.account_id
        and anchored.opening_anchor between books.valid_from and books.valid_to
    inner join journeys
        on anchored.account_id = journeys.account_id
        and anchored.opening_anchor between journeys.valid_from and journeys.valid_to
)

select
    arr_snapshot_id,
    account_id,
    month_end,
    month_number,
    arr,
    previous_arr,
    is_in_grace,
    in_grace_arr,
    is_customer,
    book_id,
    opening_book_id,
    journey_id,
    opening_journey_id
from final
