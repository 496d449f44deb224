-- Grain: revenue account x unbroken stretch of days with ARR above zero, after bridging and roll-up.
-- Dates the movements that begin or end a stretch.
with lines as (
    select
        revenue_account_id as account_id,
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
    stretch_number as span_number,
    service_from,
    service_to
from final
