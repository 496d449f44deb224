-- Grain: seen onboarding: days on hold after the signature, until its end (or `as_of`), until go-live and until
-- first value.
with onboardings as (
    select
        onboardings.onboarding_id,
        onboardings.go_live_on,
        coalesce(ends.ended_on, onboardings.as_of) as ended_on
    from {{ ref('int_onboardings_seen') }} as onboardings
    inner join {{ ref('int_onboarding_ends') }} as ends on onboardings.onboarding_id = ends.onboarding_id
),

first_values as (
    select
        onboarding_id,
        first_value_on
    from {{ ref('int_onboarding_first_values') }}
),

hold_periods as (
    select
        onboarding_id,
        held_from,
        held_to
    from {{ ref('int_hold_periods') }}
),

final as (
    select
        onboardings.onboarding_id,
        {{ days_held_until('onboardings.ended_on') }} as hold_days,
        {{ days_held_until('onboardings.go_live_on') }} as hold_days_to_live,
        {{ days_held_until('first_values.first_value_on') }} as hold_days_to_first_value
    from onboardings
    left join first_values on onboardings.onboarding_id = first_values.onboarding_id
    left join hold_periods on onboardings.onboarding_id = hold_periods.onboarding_id
    group by onboardings.onboarding_id
)

select
    onboarding_id,
    hold_days,
    hold_days_to_live,
    hold_days_to_first_value
from final
