-- Grain: onboarding x unbroken stretch of held days after the signature; overlapping holds are one stretch, an
-- open one lasts until `as_of`.
with onboardings as (
    select
        onboarding_id,
        contract_signed_on,
        as_of
    from {{ ref('int_onboardings_seen') }}
),

holds as (
    select
        holds.onboarding_id,
        greatest(holds.from_on, {{ add_days('onboardings.contract_signed_on', 1) }}) as held_from,
        least(coalesce(holds.to_on, onboardings.as_of), onboardings.as_of) as held_to
    from {{ ref('int_holds_unioned') }} as holds
    inner join onboardings on holds.onboarding_id = onboardings.onboarding_id
),

seen as (
    select
        onboarding_id,
        held_from,
        held_to
    from holds
    where held_from <= held_to
),

final as (
    {{ merged_periods('seen', key='onboarding_id', first_day='held_from', last_day='held_to') }}
)

select
    onboarding_id,
    stretch_number as period_number,
    held_from,
    held_to
from final
