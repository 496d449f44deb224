/*
  What an onboarding says of itself holds together: days in order of time, clocks that are the distance of their days,
  verdicts that follow from the days, money that is the fee less the cost; its milestones and first value say the same.
*/
with parameters as (

    select as_of from {{ ref('stg_build__parameters') }}

),

onboardings as (

    select * from {{ ref('fct_onboarding') }}

),

accounts as (

    select account_id, revenue_account_id from {{ ref('dim_account') }}

),

milestones as (

    select * from {{ ref('fct_milestone') }}

),

first_values as (

    select * from {{ ref('fct_first_value') }}

),

final as (

    select onboardings.onboarding_id
    from onboardings
    cross join parameters
    left join accounts on onboardings.account_id = accounts.account_id
    where onboardings.revenue_account_id <> accounts.revenue_account_id
        or greatest(
            coalesce(onboardings.kickoff_on, parameters.as_of),
            coalesce(onboardings.go_live_on, parameters.as_of),
            coalesce(onboardings.exited_on, parameters.as_of),
            coalesce(onboardings.declared_exited_on, parameters.as_of),
            coalesce(onboardings.churned_on, parameters.as_of),
            coalesce(onboardings.activated_on, parameters.as_of),
            coalesce(onboardings.nps_answered_on, parameters.as_of)
        ) > parameters.as_of
        or (onboardings.exited_on is null) <> (onboardings.exit_origin is null)
        or onboardings.exit_origin not in ('observed', 'declared')
        or (onboardings.exit_origin = 'declared' and onboardings.declared_exited_on is null)
        or onboardings.days_to_exit
        <> {{ dbt.datediff('onboardings.contract_signed_on', 'onboardings.exited_on', 'day') }}
        or onboardings.ended_on > onboardings.exited_on
        or (onboardings.status in ('exited', 'churned', 'cancelled') and onboardings.ended_on is null)
        or (onboardings.owner_email is null) <> (onboardings.owner = 'unassigned')
        or onboardings.segment is null
        or onboardings.target_days <= 0
        or onboardings.configuration is null
        or onboardings.signed_quarter is null
        or onboardings.planned_hours < 0
        or onboardings.services_fee < 0
        or (onboardings.csat_at_go_live is not null and onboardings.go_live_on is null)
        or onboardings.nps_at_completion not between 0 and 10
        or onboardings.nps_score not between 0 and 10
        or onboardings.value_milestones_on_target > onboardings.value_milestones
        or (onboardings.is_completed and onboardings.value_milestones_on_target < onboardings.value_milestones)
        or (onboardings.is_activated and onboardings.activated_on is null)
        or (onboardings.is_engaged_day_7 and not onboardings.is_engaged_day_30)
        or (
            onboardings.is_retained_day_90 is not null
            and {{ days_between('onboardings.contract_signed_on', 'parameters.as_of') }} < 90
        )
        or (onboardings.is_live_on_plan and onboardings.go_live_on > onboardings.planned_go_live_on)
        or (onboardings.is_live_on_plan and onboardings.go_live_on is null)
        or (onboardings.is_without_rework is not null and onboardings.go_live_on is null)
        or (onboardings.is_stable_after_live is not null and onboardings.go_live_on is null)
        or onboardings.implementation_hours < 0
        or onboardings.rework_hours < 0
        or onboardings.implementation_cost < 0
        or onboardings.implementation_margin <> onboardings.services_fee - onboardings.implementation_cost
        or onboardings.core_features_activated < 0
        or onboardings.core_feature_target <= 0
        or onboardings.adoption_breadth not between 0 and 1

    union all

    select milestones.onboarding_id
    from milestones
    cross join parameters
    left join onboardings on milestones.onboarding_id = onboardings.onboarding_id
    where milestones.account_id <> onboardings.account_id
        or milestones.name is null
        or milestones.kind not in ('task', 'value')
        or (milestones.is_first_value and milestones.kind <> 'value')
        or milestones.achieved_on > parameters.as_of
        or milestones.days_from_signature
        <> {{ dbt.datediff('onboardings.contract_signed_on', 'milestones.achieved_on', 'day') }}
        or (milestones.is_on_time and milestones.achieved_on > milestones.due_on)

    union all

    select first_values.onboarding_id
    from first_values
    left join onboardings on first_values.onboarding_id = onboardings.onboarding_id
    where first_values.first_value_id is null
        or first_values.account_id <> onboardings.account_id
        or first_values.first_value_on <> onboardings.first_value_on
        or first_values.days_to_first_value <> onboardings.days_to_first_value
        or first_values.days_live_to_first_value <> onboardings.days_live_to_first_value
        or first_values.signed_quarter <> onboardings.signed_quarter
        or first_values.origin not in ('declared', 'observed')

)

select * from final
