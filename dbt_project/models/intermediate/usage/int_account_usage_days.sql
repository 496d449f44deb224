-- Grain: account x day up to `as_of` x feature (blank where the event has none) with usage.
with parameters as (
    select
        as_of,
        time_zone
    from {{ ref('stg_build__parameters') }}
),

kinds as (
    select
        event_key,
        feature_key,
        is_sign_in,
        is_meaningful,
        is_core
    from {{ ref('int_usage_kinds') }}
),

events as (
    select
        usage_events.account_id,
        {{ business_date('usage_events.occurred_at', 'parameters.time_zone') }} as used_on,
        coalesce({{ normalized_name('usage_events.event_name') }}, '') as event_key,
        coalesce({{ normalized_name('usage_events.feature') }}, '') as feature_key
    from {{ ref('int_usage_events_unioned') }} as usage_events
    cross join parameters
),

final as (
    select
        events.account_id,
        events.used_on,
        events.feature_key,
        sum(case when kinds.is_sign_in then 1 else 0 end) as sign_ins,
        sum(case when kinds.is_meaningful then 1 else 0 end) as meaningful_events,
        max(case when kinds.is_core then 1 else 0 end) = 1 as is_core
    from events
    inner join parameters on events.used_on <= parameters.as_of
    inner join kinds
        on events.event_key = kinds.event_key
        and events.feature_key = kinds.feature_key
    group by events.account_id, events.used_on, events.feature_key
)

select
    account_id,
    used_on,
    feature_key,
    cast(sign_ins as integer) as sign_ins,
    cast(meaningful_events as integer) as meaningful_events,
    is_core
from final
