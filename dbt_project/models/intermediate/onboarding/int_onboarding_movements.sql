-- Grain: onboarding x day up to `as_of` on which it moved: signature, kickoff, go-live or a milestone, whatever came
-- first in that order. What is dated before the signature is no movement.
with onboardings as (
    select
        onboarding_id,
        contract_signed_on,
        kickoff_on,
        go_live_on
    from {{ ref('int_onboardings_seen') }}
),

steps as (
    select
        onboarding_id,
        contract_signed_on as moved_on,
        1 as precedence
    from onboardings

    union all

    select
        onboarding_id,
        kickoff_on as moved_on,
        2 as precedence
    from onboardings
    where kickoff_on >= contract_signed_on

    union all

    select
        onboarding_id,
        go_live_on as moved_on,
        3 as precedence
    from onboardings
    where go_live_on >= contract_signed_on

    union all

    select
        onboarding_id,
        achieved_on as moved_on,
        4 as precedence
    from {{ ref('int_onboarding_milestones') }}
    where achieved_on >= contract_signed_on
),

days as (
    select
        onboarding_id,
        moved_on,
        min(precedence) as precedence
    from steps
    group by onboarding_id, moved_on
),

final as (
    select
        onboarding_id,
        moved_on,
        case precedence
            when 1 then 'signature'
            when 2 then 'kickoff'
            when 3 then 'go_live'
            else 'milestone'
        end as kind,
        lead(moved_on) over (partition by onboarding_id order by moved_on) as next_moved_on
    from days
)

select
    onboarding_id,
    moved_on,
    kind,
    next_moved_on
from final
