-- Grain: event name x feature that occurs in usage, blank where the event has none, with what policy makes of it.
-- Where policy lists no meaningful event, every event that is no sign-in is meaningful; where it marks no core
-- feature, every feature in meaningful use is core.
with events as (
    select distinct
        coalesce({{ normalized_name('event_name') }}, '') as event_key,
        coalesce({{ normalized_name('feature') }}, '') as feature_key
    from {{ ref('int_usage_events_unioned') }}
),

rules as (
    select
        kind,
        {{ normalized_name('event_name') }} as event_key,
        {{ normalized_name('feature') }} as feature_key,
        kind = 'meaningful' and coalesce(is_core, false) as is_core
    from {{ ref('stg_policy__meaningful_events') }}
),

lists as (
    select
        coalesce(max(case when kind = 'meaningful' then 1 else 0 end), 0) as lists_meaningful,
        coalesce(max(case when is_core then 1 else 0 end), 0) as lists_core
    from rules
),

-- One row per event name and feature, whatever number of rules name it.
matched as (
    select
        events.event_key,
        events.feature_key,
        max(case when rules.kind = 'sign_in' then 1 else 0 end) as is_sign_in,
        max(case when rules.kind = 'meaningful' then 1 else 0 end) as is_listed,
        max(case when rules.is_core then 1 else 0 end) as is_listed_core
    from events
    left join rules
        on (rules.event_key is null or rules.event_key = events.event_key)
        and (rules.feature_key is null or rules.feature_key = events.feature_key)
    group by events.event_key, events.feature_key
),

judged as (
    select
        matched.event_key,
        matched.feature_key,
        matched.is_sign_in = 1 as is_sign_in,
        matched.is_sign_in = 0 and (lists.lists_meaningful = 0 or matched.is_listed = 1) as is_meaningful,
        lists.lists_core = 0 or matched.is_listed_core = 1 as is_among_core
    from matched
    cross join lists
),

final as (
    select
        event_key,
        feature_key,
        is_sign_in,
        is_meaningful,
        is_meaningful and is_among_core and feature_key <> '' as is_core
    from judged
)

select
    event_key,
    feature_key,
    is_sign_in,
    is_meaningful,
    is_core
from final
