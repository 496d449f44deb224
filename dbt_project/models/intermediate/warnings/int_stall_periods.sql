-- Grain: onboarding x stretch of days on which it stood still: from the day on which so many business days had passed
-- since its last movement as policy allows, to the day before the next movement or its end. A movement is the
-- signature, the kickoff, the go-live or a milestone; days count from the next one; weekends, holidays and days on
-- hold do not.
with parameters as (
    select as_of from {{ ref('stg_build__parameters') }}
),

rules as (
    select cast(threshold as integer) as business_days
    from {{ ref('stg_policy__warning_rules') }}
    where kind = 'stall' and threshold >= 1
),

-- Days of up to twenty years; a recursive query would stop at an engine's limit of steps.
numbers as (
    {{ dbt.generate_series(7300) }}
),

onboardings as (
    select
        onboardings.onboarding_id,
        onboardings.account_id,
        onboardings.contract_signed_on,
        onboardings.kickoff_on,
        onboardings.go_live_on,
        case when ends.exited_on is null then ends.ended_on end as left_on,
        least(coalesce(ends.ended_on, {{ far_future() }}), {{ add_days('onboardings.as_of', 1) }}) as ends_on,
        onboardings.source_row_hashes
    from {{ ref('int_onboardings_seen') }} as onboardings
    inner join {{ ref('int_onboarding_ends') }} as ends on onboardings.onboarding_id = ends.onboarding_id
),

milestones as (
    select
        onboarding_id,
        achieved_on
    from {{ ref('int_onboarding_milestones') }}
    where achieved_on is not null
),

holds as (
    select
        onboarding_id,
        held_from,
        held_to
    from {{ ref('int_hold_periods') }}
),

holidays as (
    select holiday_on from {{ ref('stg_policy__holidays') }}
),

movements as (
    select
        onboarding_id,
        contract_signed_on as moved_on
    from onboardings
    union
    select
        onboarding_id,
        kickoff_on as moved_on
    from onboardings
    union
    select
        onboarding_id,
        go_live_on as moved_on
    from onboardings
    union
    select
        onboarding_id,
        achieved_on as moved_on
    from milestones
),

-- One row per onboarding and day of movement while it was open.
open_movements as (
    select
        onboardings.onboarding_id,
        onboardings.account_id,
        onboardings.ends_on,
        onboardings.left_on,
        onboardings.source_row_hashes,
        movements.moved_on,
        lead(movements.moved_on) over (
            partition by onboardings.onboarding_id order by movements.moved_on
        ) as next_moved_on
    from onboardings
    inner join movements
        on onboardings.onboarding_id = movements.onboarding_id
        and movements.moved_on >= onboardings.contract_signed_on
        and movements.moved_on < onboardings.ends_on
),

still_days as (
    select
        open_movements.onboarding_id,
        open_movements.moved_on,
        {{ add_days('open_movements.moved_on', 'cast(numbers.generated_number as integer)') }} as day
    from open_movements
    inner join numbers
        on numbers.generated_number < {{ days_between(
            'open_movements.moved_on', 'coalesce(open_movements.next_moved_on, open_movements.ends_on)'
        ) }}
),

counted as (
    select
        still_days.onboarding_id,
        still_days.moved_on,
        still_days.day,
        row_number() over (
            partition by still_days.onboarding_id, still_days.moved_on order by still_days.day
        ) as business_days
    from still_days
    left join holidays on still_days.day = holidays.holiday_on
    left join holds
        on still_days.onboarding_id = holds.onboarding_id
        and still_days.day between holds.held_from and holds.held_to
    where
        holidays.holiday_on is null
        and holds.onboarding_id is null
        -- The first day of time is a Monday.
        and mod({{ days_between(far_past(), 'still_days.day') }}, 7) < 5
),

final as (
    select
        open_movements.onboarding_id,
        open_movements.account_id,
        open_movements.moved_on as last_moved_on,
        counted.day as stalled_from,
        case
            when open_movements.next_moved_on is not null then open_movements.next_moved_on
            when open_movements.ends_on <= parameters.as_of then open_movements.ends_on
        end as stalled_to,
        case
            when open_movements.next_moved_on is not null then 'cured'
            when open_movements.ends_on > parameters.as_of then null
            when open_movements.ends_on = open_movements.left_on then 'churned'
            else 'superseded'
        end as end_reason,
        open_movements.source_row_hashes
    from open_movements
    cross join parameters
    inner join counted
        on open_movements.onboarding_id = counted.onboarding_id
        and open_movements.moved_on = counted.moved_on
    inner join rules on counted.business_days = rules.business_days
)

select
    onboarding_id,
    account_id,
    last_moved_on,
    stalled_from,
    stalled_to,
    end_reason,
    source_row_hashes
from final
