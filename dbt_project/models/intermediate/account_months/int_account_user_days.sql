-- Grain: account x user x day with usage, up to `as_of`.
with parameters as (
    select
        as_of,
        time_zone
    from {{ ref('stg_build__parameters') }}
),

events as (
    select
        usage_events.account_id,
        usage_events.user_id,
        {{ business_date('usage_events.occurred_at', 'parameters.time_zone') }} as used_on,
        parameters.as_of
    from {{ ref('int_usage_events_unioned') }} as usage_events
    cross join parameters
    where usage_events.user_id is not null
),

final as (
    select distinct
        account_id,
        user_id,
        used_on
    from events
    where used_on <= as_of
)

select
    account_id,
    user_id,
    used_on
from final
