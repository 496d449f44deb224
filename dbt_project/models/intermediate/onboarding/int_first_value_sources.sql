-- Grain: one row, on what can be known of first value and of exits from the sources that are connected. First value
-- is declared with the milestones, or observed from usage where policy gives a rule for it; an exit is observed where
-- both first value and usage can be.
with connected as (
    select
        coalesce(max(case when canonical_object = 'milestones' and is_connected then 1 else 0 end), 0)
            as has_milestones,
        coalesce(max(case when canonical_object = 'usage_events' and is_connected then 1 else 0 end), 0)
            as has_usage
    from {{ ref('stg_build__sources') }}
),

rules as (
    select count(*) as observing_rules
    from {{ ref('stg_policy__value_milestones') }}
    where is_first_value and event_name is not null
),

final as (
    select
        connected.has_milestones = 1 or (connected.has_usage = 1 and rules.observing_rules > 0) as is_first_value_known,
        connected.has_usage = 1 and (connected.has_milestones = 1 or rules.observing_rules > 0) as is_exit_observed
    from connected
    cross join rules
)

select
    is_first_value_known,
    is_exit_observed
from final
