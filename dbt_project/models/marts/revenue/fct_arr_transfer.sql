-- Grain: revenue account x closed month in which its attributes moved while it held ARR x side. What leaves one
-- slice enters another: the two sides of an account and month add up to zero.
with moved as (
    select
        account_id,
        month_end,
        arr,
        book_id,
        opening_book_id,
        journey_id,
        opening_journey_id
    from {{ ref('fct_arr_snapshot') }}
    where arr > 0 and (book_id <> opening_book_id or journey_id <> opening_journey_id)
),

sides as (
    select
        account_id,
        month_end,
        'out' as side,
        -arr as amount,
        opening_book_id as book_id,
        opening_journey_id as journey_id
    from moved

    union all

    select
        account_id,
        month_end,
        'in' as side,
        arr as amount,
        book_id,
        journey_id
    from moved
),

final as (
    select
        {{ surrogate_key(['account_id', 'month_end', 'side']) }} as arr_transfer_id,
        account_id,
        month_end,
        side,
        cast(amount as decimal(28, 6)) as amount,
        book_id,
        journey_id
    from sides
)

select
    arr_transfer_id,
    account_id,
    month_end,
    side,
    amount,
    book_id,
    journey_id
from final
