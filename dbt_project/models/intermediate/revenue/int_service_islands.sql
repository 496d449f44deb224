-- Grain: source account x unbroken stretch of days on which at least one line is active.
-- Built per source account, before the roll-up to the parent: a renewal is late for the customer who renews.
with lines as (
    select
        account_id,
        service_from,
        service_to
    from {{ ref('int_subscription_lines') }}
),

islands as (
    {{ merged_periods('lines', key='account_id', first_day='service_from', last_day='service_to') }}
),

final as (
    select
        account_id,
        stretch_number as island_number,
        service_from,
        service_to,
        lead(service_from) over (partition by account_id order by service_from) as next_service_from
    from islands
)

select
    account_id,
    island_number,
    service_from,
    service_to,
    next_service_from
from final
