-- Grain: revenue account x unbroken stretch of days with ARR above zero, after bridging and roll-up.
-- Dates the movements that begin or end a stretch, and tells an account's first and last day of service.
with lines as (
    select revenue_account_id, service_from, service_to
    from {{ ref('int_arr_lines') }}
    where arr > 0
),

reached as (
    select
        revenue_account_id,
        service_from,
        service_to,
        max(service_to) over (
            partition by revenue_account_id
            order by service_from, service_to
            rows between unbounded preceding and 1 preceding
        ) as served_until
    from lines
),

marked as (
    select
        revenue_account_id,
        service_from,
        service_to,
        case when served_until >= {{ add_days('service_from', -1) }} then 0 else 1 end as is_start
    from reached
),

numbered as (
    select
        revenue_account_id,
        service_from,
        service_to,
        sum(is_start) over (
            partition by revenue_account_id
            order by service_from, service_to
            rows between unbounded preceding and current row
        ) as span_number
    from marked
),

final as (
    select
        revenue_account_id as account_id,
        cast(span_number as integer) as span_number,
        min(service_from) as service_from,
        max(service_to) as service_to
    from numbered
    group by revenue_account_id, span_number
)

select
    account_id,
    span_number,
    service_from,
    service_to
from final
