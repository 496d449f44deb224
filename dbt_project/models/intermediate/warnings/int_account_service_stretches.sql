-- Grain: account x unbroken stretch of days on which its own lines have ARR above zero, late renewals bridged.
with lines as (
    select
        account_id,
        service_from,
        service_to
    from {{ ref('int_arr_lines') }}
    where arr > 0
),

final as (
    {{ merged_periods('lines', key='account_id', first_day='service_from', last_day='service_to') }}
)

select
    account_id,
    stretch_number,
    service_from,
    service_to
from final
