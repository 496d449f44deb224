-- Grain: seen onboarding, with everything that is judged about it by `as_of`. A judgement with a deadline is null
-- until its deadline has passed, and where what it needs is not connected or was never stated.
with parameters as (
    select
        as_of,
        time_zone,
        post_live_days,
        rework_percent
    from {{ ref('stg_build__parameters') }}
),

connected as (
    select coalesce(max(case when canonical_object = 'tickets' and is_connected then 1 else 0 end), 0) as has_tickets
    from {{ ref('stg_build__sources') }}
),

onboardings as (
    select
        onboarding_id,
        account_id,
        contract_signed_on,
        go_live_on,
        planned_go_live_on,
        target_days,
        {{ add_days('contract_signed_on', 'target_days') }} as deadline_on,
        {{ add_days('contract_signed_on', 90) }} as day_90_on,
        planned_hours,
        services_fee,
        csat_at_go_live,
        nps_at_completion
    from {{ ref('int_onboardings_seen') }}
),

ends as (
    select
        onboarding_id,
        declared_exited_on,
        exited_on
    from {{ ref('int_onboarding_ends') }}
),

engagement as (
    select
        onboarding_id,
        is_engaged_within_7_days,
        is_engaged_within_30_days,
        is_engaged_on_day_90,
        core_features_activated,
        core_feature_target
    from {{ ref('int_onboarding_engagement') }}
),

hours as (
    select
        onboarding_id,
        implementation_hours,
        implementation_cost,
        rework_hours
    from {{ ref('int_onboarding_hours') }}
),

milestones as (
    select
        milestones.onboarding_id,
        sum(case when milestones.kind = 'value' then 1 else 0 end) as value_milestones,
        sum(case when milestones.kind = 'value' and milestones.achieved_on <= onboardings.deadline_on then 1 else 0 end)
            as value_milestones_on_target,
        sum(case when milestones.kind = 'task' then 1 else 0 end) as task_milestones,
        sum(case when milestones.kind = 'task' and milestones.achieved_on is not null then 1 else 0 end)
            as tasks_reached,
        sum(case when milestones.kind = 'task' and milestones.achieved_on <= onboardings.go_live_on then 1 else 0 end)
            as tasks_reached_live,
        max(case when milestones.kind = 'task' then milestones.achieved_on end) as last_task_on
    from {{ ref('int_onboarding_milestones') }} as milestones
    inner join onboardings on milestones.onboarding_id = onboardings.onboarding_id
    group by milestones.onboarding_id
),

-- One row per onboarding whose account had service on the ninetieth day.
active_on_day_90 as (
    select distinct onboardings.onboarding_id
    from onboardings
    inner join {{ ref('int_arr_lines') }} as lines
        on onboardings.account_id = lines.account_id
        and onboardings.day_90_on between lines.service_from and lines.service_to
        and lines.arr > 0
),

urgent_after_live as (
    select
        onboardings.onboarding_id,
        count(*) as urgent_tickets
    from onboardings
    cross join parameters
    inner join {{ ref('int_tickets_unioned') }} as tickets
        on onboardings.account_id = tickets.account_id
        and {{ normalized_name('tickets.priority') }} = 'urgent'
        and {{ business_date('tickets.opened_at', 'parameters.time_zone') }}
        between onboardings.go_live_on and {{ add_days('onboardings.go_live_on', 'parameters.post_live_days') }}
        and {{ business_date('tickets.opened_at', 'parameters.time_zone') }} <= parameters.as_of
    group by onboardings.onboarding_id
),

answers as (
    select
        spans.onboarding_id,
        {{ business_date('surveys.responded_at', 'parameters.time_zone') }} as answered_on,
        surveys.score,
        row_number() over (
            partition by spans.onboarding_id order by surveys.responded_at, surveys.response_id
        ) as answer_number
    from {{ ref('int_surveys_unioned') }} as surveys
    cross join parameters
    inner join {{ ref('int_onboarding_spans') }} as spans
        on surveys.account_id = spans.account_id
        and {{ business_date('surveys.responded_at', 'parameters.time_zone') }} >= spans.valid_from
        and {{ business_date('surveys.responded_at', 'parameters.time_zone') }} <= spans.valid_to
    where
        surveys.kind = 'onboarding_nps'
        and {{ business_date('surveys.responded_at', 'parameters.time_zone') }} <= parameters.as_of
),

-- One row per onboarding: every relation is unique by it.
gathered as (
    select
        onboardings.onboarding_id,
        onboardings.contract_signed_on,
        onboardings.go_live_on,
        onboardings.planned_go_live_on,
        onboardings.deadline_on,
        onboardings.deadline_on <= parameters.as_of as is_deadline_over,
        {{ add_days('onboardings.contract_signed_on', 7) }} <= parameters.as_of as is_day_7_over,
        {{ add_days('onboardings.contract_signed_on', 30) }} <= parameters.as_of as is_day_30_over,
        onboardings.day_90_on <= parameters.as_of as is_day_90_over,
        {{ add_days('onboardings.go_live_on', 'parameters.post_live_days') }} <= parameters.as_of as is_post_live_over,
        onboardings.planned_go_live_on <= parameters.as_of as is_plan_due,
        active_on_day_90.onboarding_id is not null as is_active_on_day_90,
        connected.has_tickets = 1 as has_tickets,
        coalesce(urgent_after_live.urgent_tickets, 0) as urgent_tickets,
        coalesce(milestones.value_milestones, 0) as value_milestones,
        coalesce(milestones.value_milestones_on_target, 0) as value_milestones_on_target,
        coalesce(milestones.task_milestones, 0) as task_milestones,
        coalesce(milestones.tasks_reached_live, 0) as tasks_reached_live,
        case
            when milestones.task_milestones > 0
                then case when milestones.tasks_reached = milestones.task_milestones then milestones.last_task_on end
            else onboardings.go_live_on
        end as activated_on,
        engagement.is_engaged_within_7_days,
        engagement.is_engaged_within_30_days,
        engagement.is_engaged_on_day_90,
        engagement.core_features_activated,
        engagement.core_feature_target,
        hours.implementation_hours,
        hours.implementation_cost,
        hours.rework_hours,
        coalesce(onboardings.planned_hours, 0) * parameters.rework_percent / 100 as rework_allowance,
        onboardings.services_fee,
        case when onboardings.go_live_on is not null then onboardings.csat_at_go_live end as csat_at_go_live,
        -- The onboarding's own answer dates from its completion.
        case
            when coalesce(ends.declared_exited_on, ends.exited_on) is not null then onboardings.nps_at_completion
        end as own_score,
        coalesce(ends.declared_exited_on, ends.exited_on) as completed_on,
        answers.score as survey_score,
        answers.answered_on
    from onboardings
    cross join parameters
    cross join connected
    inner join ends on onboardings.onboarding_id = ends.onboarding_id
    inner join engagement on onboardings.onboarding_id = engagement.onboarding_id
    inner join hours on onboardings.onboarding_id = hours.onboarding_id
    left join milestones on onboardings.onboarding_id = milestones.onboarding_id
    left join active_on_day_90 on onboardings.onboarding_id = active_on_day_90.onboarding_id
    left join urgent_after_live on onboardings.onboarding_id = urgent_after_live.onboarding_id
    left join answers on onboardings.onboarding_id = answers.onboarding_id and answers.answer_number = 1
),

final as (
    select
        onboarding_id,
        cast(value_milestones as integer) as value_milestones,
        cast(value_milestones_on_target as integer) as value_milestones_on_target,
        case when is_deadline_over and value_milestones > 0 then value_milestones_on_target = value_milestones end
            as is_completed,
        activated_on,
        case when is_deadline_over then coalesce(activated_on <= deadline_on, false) end as is_activated,
        case when is_day_7_over then is_engaged_within_7_days end as is_engaged_day_7,
        case when is_day_30_over then is_engaged_within_30_days end as is_engaged_day_30,
        case when is_day_90_over then is_active_on_day_90 and is_engaged_on_day_90 end as is_retained_day_90,
        case when is_plan_due then coalesce(go_live_on <= planned_go_live_on, false) end as is_live_on_plan,
        case
            when is_post_live_over and rework_hours is not null
                then tasks_reached_live = task_milestones and rework_hours <= rework_allowance
        end as is_without_rework,
        case when is_post_live_over and has_tickets then urgent_tickets = 0 end as is_stable_after_live,
        implementation_hours,
        rework_hours,
        implementation_cost,
        cast(services_fee - implementation_cost as decimal(28, 6)) as implementation_margin,
        core_features_activated,
        core_feature_target,
        case
            when core_features_activated is not null
                then cast(round(
                        least(1, cast(core_features_activated as decimal(18, 8)) / core_feature_target), 6
                    ) as decimal(9, 6))
        end as adoption_breadth,
        csat_at_go_live,
        case when own_score is not null then completed_on else answered_on end as nps_answered_on,
        cast(coalesce(own_score, survey_score) as decimal(18, 4)) as nps_score
    from gathered
)

select
    onboarding_id,
    value_milestones,
    value_milestones_on_target,
    is_completed,
    activated_on,
    is_activated,
    is_engaged_day_7,
    is_engaged_day_30,
    is_retained_day_90,
    is_live_on_plan,
    is_without_rework,
    is_stable_after_live,
    implementation_hours,
    rework_hours,
    implementation_cost,
    implementation_margin,
    core_features_activated,
    core_feature_target,
    adoption_breadth,
    csat_at_go_live,
    nps_answered_on,
    nps_score
from final
