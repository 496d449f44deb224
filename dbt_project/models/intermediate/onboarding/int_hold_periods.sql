-- Grain: onboarding x unbroken stretch of held days after the signature; overlapping holds are one stretch, an open one lasts until `as_of`.
with onboardings as (
    select onboarding_id, contract_signed_on, as_of from {{ ref('int_onboardings_seen') }}
),

holds as (
    select
        holds.onboarding_id,
        greatest(holds.from_on, {{ add_days('onboardings.contract_signed_on', 1) }}) as held_from,
        least(coalesce(holds.to_on, onboardings.as_of), onboardings.as_of) as held_to
    from {{ ref('int_holds_unioned') }} as holds
    inner join onboardings on holds.onboarding_id = onboardings.onboarding_id
),

reached as (
    select
        onboarding_id,
        held_from,
        held_to,
        max(held_to) over (
            partition by onboarding_id
            order by held_from, held_to
            rows between unbounded preceding and 1 preceding
        ) as held_until
    from holds
    where held_from <= held_to
),

numbered as (
    select
        onboarding_id,
        held_from,
        held_to,
        sum(case when held_until >= {{ add_days('held_from', -1) }} then 0 else 1 end) over (
            partition by onboarding_id
            order by held_from, held_to
            rows between unbounded preceding and current row
        ) as period_number
    from reached
),

final as (
    select
        onboarding_id,
        cast(period_number as integer) as period_number,
        min(held_from) as held_from,
        max(held_to) as held_to
    from numbered
    group by onboarding_id, period_number
)

select
    onboarding_id,
    period_number,
    held_from,
    held_to
from final
