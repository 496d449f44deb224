-- Grain: onboarding x closed month-end, from the month of its signature to that of its end, with what was known of
-- its progress on that month-end.
with parameters as (
    select
        stall_days,
        live_no_value_days
    from {{ ref('stg_build__parameters') }}
),

rules as (
    select max(threshold) as stall_business_days
    from {{ ref('stg_policy__warning_rules') }}
    where kind = 'stall'
),

onboardings as (
    select
        onboardings.onboarding_id,
        onboardings.account_id,
        onboardings.revenue_account_id,
        onboardings.contract_signed_on,
        onboardings.go_live_on,
        onboardings.target_days,
        onboardings.configuration,
        ends.ended_on,
        ends.ended_by
    from {{ ref('int_onboardings_seen') }} as onboardings
    inner join {{ ref('int_onboarding_ends') }} as ends on onboardings.onboarding_id = ends.onboarding_id
),

first_values as (
    select
        onboarding_id,
        first_value_on
    from {{ ref('int_onboarding_first_values') }}
),

months as (
    select
        month_end,
        month_number
    from {{ ref('int_months') }}
),

dated as (
    select
        onboardings.onboarding_id,
        onboardings.account_id,
        onboardings.revenue_account_id,
        months.month_end,
        onboardings.contract_signed_on,
        onboardings.configuration,
        onboardings.target_days,
        case when onboardings.ended_on <= months.month_end then onboardings.ended_by else 'open' end as state,
        onboardings.ended_on is null or onboardings.ended_on > months.month_end as is_open,
        case when onboardings.go_live_on <= months.month_end then onboardings.go_live_on end as go_live_on,
        case when first_values.first_value_on <= months.month_end then first_values.first_value_on end as first_value_on
    from onboardings
    inner join months
        on months.month_end >= onboardings.contract_signed_on
        and (onboardings.ended_on is null or months.month_number <= {{ month_number('onboardings.ended_on') }})
    left join first_values on onboardings.onboarding_id = first_values.onboarding_id
),

last_movements as (
    select
        dated.onboarding_id,
        dated.month_end,
        max(movements.moved_on) as last_movement_on
    from dated
    inner join {{ ref('int_onboarding_movements') }} as movements
        on dated.onboarding_id = movements.onboarding_id
        and movements.moved_on <= dated.month_end
    group by dated.onboarding_id, dated.month_end
),

-- The part of each hold that lies after the last movement and up to the month-end.
held_parts as (
    select
        last_movements.onboarding_id,
        last_movements.month_end,
        greatest(holds.held_from, {{ add_days('last_movements.last_movement_on', 1) }}) as held_from,
        least(holds.held_to, last_movements.month_end) as held_to,
        holds.held_to >= last_movements.month_end as is_on_hold
    from last_movements
    inner join {{ ref('int_hold_periods') }} as holds
        on last_movements.onboarding_id = holds.onboarding_id
        and holds.held_from <= last_movements.month_end
        and holds.held_to > last_movements.last_movement_on
),

held as (
    select
        held_parts.onboarding_id,
        held_parts.month_end,
        sum({{ days_between('held_parts.held_from', 'held_parts.held_to') }} + 1) as calendar_days,
        sum(
            until_days.business_day_number - from_days.business_day_number
            + case when from_days.is_business_day then 1 else 0 end
        ) as business_days,
        max(case when held_parts.is_on_hold then 1 else 0 end) as is_on_hold
    from held_parts
    inner join {{ ref('int_business_days') }} as from_days on held_parts.held_from = from_days.date_day
    inner join {{ ref('int_business_days') }} as until_days on held_parts.held_to = until_days.date_day
    group by held_parts.onboarding_id, held_parts.month_end
),

milestones as (
    select
        dated.onboarding_id,
        dated.month_end,
        count(*) as milestones,
        sum(case when milestones.achieved_on <= dated.month_end then 1 else 0 end) as milestones_reached,
        sum(case
            when milestones.achieved_on <= dated.month_end or milestones.due_on <= dated.month_end then 1
            else 0
        end) as milestones_expected
    from dated
    inner join {{ ref('int_onboarding_milestones') }} as milestones on dated.onboarding_id = milestones.onboarding_id
    group by dated.onboarding_id, dated.month_end
),

-- One row per onboarding and month: every relation is unique by the two, days are unique.
counted as (
    select
        dated.onboarding_id,
        dated.account_id,
        dated.revenue_account_id,
        dated.month_end,
        dated.contract_signed_on,
        dated.configuration,
        dated.target_days,
        dated.state,
        dated.is_open,
        dated.go_live_on,
        dated.first_value_on,
        {{ days_between('dated.contract_signed_on', 'dated.month_end') }} as days_since_signature,
        last_movements.last_movement_on,
        {{ days_between('last_movements.last_movement_on', 'dated.month_end') }} - coalesce(held.calendar_days, 0)
            as calendar_days_without_movement,
        end_days.business_day_number - movement_days.business_day_number - coalesce(held.business_days, 0)
            as business_days_without_movement,
        coalesce(held.is_on_hold, 0) = 1 as is_on_hold,
        coalesce(milestones.milestones, 0) as milestones,
        coalesce(milestones.milestones_reached, 0) as milestones_reached,
        coalesce(milestones.milestones_expected, 0) as milestones_expected
    from dated
    inner join last_movements
        on dated.onboarding_id = last_movements.onboarding_id
        and dated.month_end = last_movements.month_end
    inner join {{ ref('int_business_days') }} as end_days on dated.month_end = end_days.date_day
    inner join {{ ref('int_business_days') }} as movement_days
        on last_movements.last_movement_on = movement_days.date_day
    left join held
        on dated.onboarding_id = held.onboarding_id
        and dated.month_end = held.month_end
    left join milestones
        on dated.onboarding_id = milestones.onboarding_id
        and dated.month_end = milestones.month_end
),

final as (
    select
        counted.onboarding_id,
        counted.account_id,
        counted.revenue_account_id,
        counted.month_end,
        counted.contract_signed_on,
        counted.configuration,
        counted.state,
        counted.is_open,
        counted.days_since_signature,
        counted.last_movement_on,
        cast(counted.calendar_days_without_movement as integer) as calendar_days_without_movement,
        cast(counted.business_days_without_movement as integer) as business_days_without_movement,
        counted.is_on_hold,
        counted.is_open and counted.calendar_days_without_movement >= parameters.stall_days as is_stalled,
        coalesce(
            counted.is_open and counted.business_days_without_movement >= rules.stall_business_days, false
        ) as is_stall_alert,
        cast(counted.milestones as integer) as milestones,
        cast(counted.milestones_reached as integer) as milestones_reached,
        cast(counted.milestones_expected as integer) as milestones_expected,
        -- Not yet due, and even if the next milestone came today, the rest at this pace would pass the target.
        coalesce(
            counted.is_open
            and counted.first_value_on is null
            and counted.days_since_signature <= counted.target_days
            and counted.milestones_reached + 1 < counted.milestones
            and counted.days_since_signature * counted.milestones
            > counted.target_days * (counted.milestones_reached + 1),
            false
        ) as is_off_pace,
        coalesce(
            counted.is_open
            and counted.first_value_on is null
            and {{ days_between('counted.go_live_on', 'counted.month_end') }} >= parameters.live_no_value_days,
            false
        ) as is_live_without_value
    from counted
    cross join parameters
    cross join rules
)

select
    onboarding_id,
    account_id,
    revenue_account_id,
    month_end,
    contract_signed_on,
    configuration,
    state,
    is_open,
    days_since_signature,
    last_movement_on,
    calendar_days_without_movement,
    business_days_without_movement,
    is_on_hold,
    is_stalled,
    is_stall_alert,
    milestones,
    milestones_reached,
    milestones_expected,
    is_off_pace,
    is_live_without_value
from final
