-- Grain: support ticket opened by `as_of`, as it stood then.
with parameters as (
    select
        as_of,
        time_zone
    from {{ ref('stg_build__parameters') }}
),

dated as (
    select
        tickets.ticket_id,
        tickets.account_id,
        tickets.priority,
        tickets.opened_at,
        tickets.solved_at,
        {{ business_date('tickets.opened_at', 'parameters.time_zone') }} as opened_on,
        {{ business_date('tickets.solved_at', 'parameters.time_zone') }} as solved_on,
        tickets.source_name,
        tickets.source_row_hashes,
        parameters.as_of
    from {{ ref('int_tickets_unioned') }} as tickets
    cross join parameters
),

seen as (
    select
        ticket_id,
        account_id,
        coalesce({{ normalized_name('priority') }}, 'unknown') as priority,
        opened_on,
        case when solved_on <= as_of then solved_on end as solved_on,
        case when solved_on <= as_of then {{ seconds_between('opened_at', 'solved_at') }} end as resolution_seconds,
        source_name,
        source_row_hashes
    from dated
    where opened_on <= as_of
),

final as (
    select
        ticket_id,
        account_id,
        priority,
        opened_on,
        solved_on,
        resolution_seconds,
        resolution_seconds / cast(3600 as {{ type_double() }}) as resolution_hours,
        source_name,
        source_row_hashes
    from seen
)

select
    ticket_id,
    account_id,
    priority,
    opened_on,
    solved_on,
    resolution_seconds,
    resolution_hours,
    source_name,
    source_row_hashes
from final
