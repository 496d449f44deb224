-- Grain: account that is judged x onboarding that counts for it: its own and, for a revenue account, those of every
-- account that rolls up to it. The days on which it enters the stages of policy `lifecycle_stages`.
with accounts as (
    select
        account_id,
        revenue_account_id
    from {{ ref('int_account_hierarchy') }}
),

judged as (
    select
        revenue_account_id as account_id,
        account_id as member_account_id
    from accounts
    union
    select
        account_id,
        account_id as member_account_id
    from accounts
),

onboardings as (
    select
        onboarding_id,
        account_id,
        contract_signed_on,
        kickoff_on,
        go_live_on,
        case when is_cancelled then exited_on end as cancelled_on,
        target_days
    from {{ ref('int_onboardings_seen') }}
),

-- The exit is first value with sustained use, not the day on which the project was closed.
ends as (
    select
        onboarding_id,
        exited_on,
        ended_on
    from {{ ref('int_onboarding_ends') }}
),

first_values as (
    select
        onboarding_id,
        first_value_on
    from {{ ref('int_onboarding_first_values') }}
),

-- The day of the last value milestone, once all of them are reached.
milestone_sets as (
    select
        onboarding_id,
        case when count(*) = count(achieved_on) then max(achieved_on) end as all_value_milestones_on
    from {{ ref('int_onboarding_milestones') }}
    where kind = 'value'
    group by onboarding_id
),

events as (
    select
        onboardings.onboarding_id,
        onboardings.contract_signed_on as signature_on,
        onboardings.kickoff_on,
        onboardings.go_live_on,
        first_values.first_value_on,
        ends.exited_on as exit_on,
        case
            when first_values.first_value_on is null then ends.exited_on
            when ends.exited_on is null then first_values.first_value_on
            else least(first_values.first_value_on, ends.exited_on)
        end as first_value_or_exit_on,
        milestone_sets.all_value_milestones_on
    from onboardings
    inner join ends on onboardings.onboarding_id = ends.onboarding_id
    left join first_values on onboardings.onboarding_id = first_values.onboarding_id
    left join milestone_sets on onboardings.onboarding_id = milestone_sets.onboarding_id
),

stages as (
    select
        stage,
        entered_at,
        coalesce(days, 0) as days
    from {{ ref('stg_policy__lifecycle_stages') }}
),

entries as (
    select
        events.onboarding_id,
        stages.stage,
        stages.days,
        case stages.entered_at
            when 'signature' then events.signature_on
            when 'kickoff' then events.kickoff_on
            when 'go_live' then events.go_live_on
            when 'first_value' then events.first_value_on
            when 'exit' then events.exit_on
            when 'first_value_or_exit' then events.first_value_or_exit_on
            when 'all_value_milestones' then events.all_value_milestones_on
        end as event_on
    from events
    cross join stages
),

-- One row per onboarding: policy names each stage once.
stage_days as (
    select
        onboarding_id,
        max(case when stage = 'onboarding' then {{ add_days('event_on', 'days') }} end) as onboarding_from,
        max(case when stage = 'adoption' then {{ add_days('event_on', 'days') }} end) as adoption_from,
        max(case when stage = 'value_realization' then {{ add_days('event_on', 'days') }} end) as value_realization_from
    from entries
    group by onboarding_id
),

final as (
    select
        judged.account_id,
        onboardings.onboarding_id,
        onboardings.contract_signed_on,
        stage_days.onboarding_from,
        stage_days.adoption_from,
        stage_days.value_realization_from,
        onboardings.cancelled_on,
        first_values.first_value_on,
        {{ add_days('onboardings.contract_signed_on', 'onboardings.target_days') }} as first_value_deadline_on,
        ends.ended_on
    from judged
    inner join onboardings on judged.member_account_id = onboardings.account_id
    inner join ends on onboardings.onboarding_id = ends.onboarding_id
    inner join stage_days on onboardings.onboarding_id = stage_days.onboarding_id
    left join first_values on onboardings.onboarding_id = first_values.onboarding_id
)

select
    account_id,
    onboarding_id,
    contract_signed_on,
    onboarding_from,
    adoption_from,
    value_realization_from,
    cancelled_on,
    first_value_on,
    first_value_deadline_on,
    ended_on
from final
