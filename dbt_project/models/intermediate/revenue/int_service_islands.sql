-- Grain: source account x unbroken stretch of days on which at least one line is active.
-- Built per source account, before the roll-up to the parent: a renewal is late for the customer who renews.
with lines as (
    select account_id, service_from, service_to from {{ ref('int_subscription_lines') }}
),

reached as (
    select
        account_id,
        service_from,
        service_to,
        max(service_to) over (
            partition by account_id
            order by service_from, service_to
            rows between unbounded preceding and 1 preceding
        ) as served_until
    from lines
),

-- Compared with the day before, so that a far `served_until` needs no day after it.
marked as (
    select
        account_id,
        service_from,
        service_to,
        case when served_until >= {{ add_days('service_from', -1) }} then 0 else 1 end as is_start
    from reached
),

numbered as (
    select
        account_id,
        service_from,
        service_to,
        sum(is_start) over (
            partition by account_id
            order by service_from, service_to
            rows between unbounded preceding and current row
        ) as island_number
    from marked
),

islands as (
    select
        account_id,
        cast(island_number as integer) as island_number,
        min(service_from) as service_from,
        max(service_to) as service_to
    from numbered
    group by account_id, island_number
),

final as (
    select
        account_id,
        island_number,
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
