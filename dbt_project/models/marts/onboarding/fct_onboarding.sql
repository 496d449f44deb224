-- Grain: onboarding signed by `as_of`, with its clocks.
with onboardings as (
    select
        onboarding_id,
        account_id,
        revenue_account_id,
        contract_signed_on,
        kickoff_on,
        go_live_on,
        planned_go_live_on,
        churned_on,
        is_cancelled,
        left_on,
        owner_email,
        book_id,
        segment,
        target_days,
        configuration,
        planned_hours,
        services_fee,
        nps_at_completion,
        source_row_hashes,
        as_of
    from {{ ref('int_onboardings_seen') }}
),

first_values as (
    select
        onboarding_id,
        first_value_on
    from {{ ref('int_onboarding_first_values') }}
),

hold_days as (
    select
        onboarding_id,
        hold_days,
        hold_days_to_live,
        hold_days_to_first_value
    from {{ ref('int_onboarding_hold_days') }}
),

journeys as (
    select
        account_id,
        journey_id,
        valid_from,
        valid_to
    from {{ ref('dim_account_journey') }}
),

ends as (
    select
        onboarding_id,
        declared_exited_on,
        exited_on,
        exit_origin,
        ended_on
    from {{ ref('int_onboarding_ends') }}
),

first_value_sources as (
    select is_first_value_known from {{ ref('int_first_value_sources') }}
),

outcomes as (
    select
        onboarding_id,
        csat_at_go_live,
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
        nps_answered_on,
        nps_score
    from {{ ref('int_onboarding_outcomes') }}
),

people as (
    select
        email,
        display_name
    from {{ ref('int_people') }}
),

-- One row each: first values, hold days, ends and outcomes by onboarding, people by e-mail.
joined as (
    select
        onboardings.onboarding_id,
        onboardings.account_id,
        onboardings.revenue_account_id,
        onboardings.contract_signed_on,
        onboardings.kickoff_on,
        onboardings.go_live_on,
        onboardings.planned_go_live_on,
        first_value_sources.is_first_value_known,
        first_values.first_value_on,
        ends.declared_exited_on,
        ends.exited_on,
        ends.exit_origin,
        ends.ended_on,
        onboardings.churned_on,
        onboardings.is_cancelled,
        onboardings.left_on,
        coalesce(people.display_name, 'unassigned') as owner,
        onboardings.owner_email,
        onboardings.book_id,
        journeys.journey_id,
        onboardings.segment,
        onboardings.target_days,
        {{ add_days('onboardings.contract_signed_on', 'onboardings.target_days') }} as first_value_deadline_on,
        hold_days.hold_days,
        hold_days.hold_days_to_live,
        hold_days.hold_days_to_first_value,
        onboardings.configuration,
        onboardings.planned_hours,
        onboardings.services_fee,
        outcomes.csat_at_go_live,
        onboardings.nps_at_completion,
        outcomes.value_milestones,
        outcomes.value_milestones_on_target,
        outcomes.is_completed,
        outcomes.activated_on,
        outcomes.is_activated,
        outcomes.is_engaged_day_7,
        outcomes.is_engaged_day_30,
        outcomes.is_retained_day_90,
        outcomes.is_live_on_plan,
        outcomes.is_without_rework,
        outcomes.is_stable_after_live,
        outcomes.implementation_hours,
        outcomes.rework_hours,
        outcomes.implementation_cost,
        outcomes.implementation_margin,
        outcomes.core_features_activated,
        outcomes.core_feature_target,
        outcomes.adoption_breadth,
        outcomes.nps_answered_on,
        outcomes.nps_score,
        onboardings.source_row_hashes,
        onboardings.as_of
    from onboardings
    cross join first_value_sources
    inner join hold_days on onboardings.onboarding_id = hold_days.onboarding_id
    inner join journeys
        on onboardings.account_id = journeys.account_id
        and onboardings.contract_signed_on between journeys.valid_from and journeys.valid_to
    inner join ends on onboardings.onboarding_id = ends.onboarding_id
    inner join outcomes on onboardings.onboarding_id = outcomes.onboarding_id
    left join first_values on onboardings.onboarding_id = first_values.onboarding_id
    left join people on onboardings.owner_email = people.email
),

final as (
    select
        onboarding_id,
        account_id,
        revenue_account_id,
        contract_signed_on,
        kickoff_on,
        go_live_on,
        planned_go_live_on,
        first_value_on,
        exited_on,
        exit_origin,
        declared_exited_on,
        ended_on,
        churned_on,
        case
            when is_cancelled then 'cancelled'
            when exited_on is not null then 'exited'
            when churned_on is not null then 'churned'
            when first_value_on is not null then 'first_value_reached'
            when go_live_on is not null then 'live'
            when kickoff_on is not null then 'kicked_off'
            else 'signed'
        end as status,
        owner,
        owner_email,
        segment,
        cast(target_days as integer) as target_days,
        {{ days_between('contract_signed_on', 'kickoff_on') }} as days_to_kickoff,
        {{ days_between('contract_signed_on', 'go_live_on') }} as days_to_live,
        {{ days_between('contract_signed_on', 'first_value_on') }} as days_to_first_value,
        {{ days_between('go_live_on', 'first_value_on') }} as days_live_to_first_value,
        {{ days_between('contract_signed_on', 'exited_on') }} as days_to_exit,
        hold_days,
        {{ days_between('contract_signed_on', 'go_live_on') }} - hold_days_to_live as days_to_live_net_of_hold,
        {{ days_between('contract_signed_on', 'first_value_on') }} - hold_days_to_first_value
            as days_to_first_value_net_of_hold,
        first_value_deadline_on,
        first_value_deadline_on <= as_of as is_first_value_due,
        -- Null while nobody can tell: no target, or not arrived and the deadline still ahead.
        case
            when first_value_deadline_on is null then null
            when first_value_on is not null then first_value_on <= first_value_deadline_on
            when first_value_deadline_on <= as_of then false
        end as is_first_value_on_target,
        left_on is not null and (first_value_on is null or first_value_on > left_on) as is_churned_before_value,
        case
            when not is_first_value_known then null
            when first_value_on is not null and first_value_deadline_on is null then null
            when first_value_on <= first_value_deadline_on then 'on_target'
            when first_value_on > first_value_deadline_on then 'late'
            when left_on is not null or exited_on is not null then 'never'
            else 'pending'
        end as ttfv_band,
        coalesce(nullif(trim(configuration), ''), 'unknown') as configuration,
        {{ quarter_label('contract_signed_on') }} as signed_quarter,
        cast(planned_hours as decimal(18, 4)) as planned_hours,
        cast(services_fee as decimal(28, 6)) as services_fee,
        cast(csat_at_go_live as decimal(18, 4)) as csat_at_go_live,
        cast(nps_at_completion as decimal(18, 4)) as nps_at_completion,
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
        nps_answered_on,
        nps_score,
        book_id,
        journey_id,
        source_row_hashes
    from joined
)

select
    onboarding_id,
    account_id,
    revenue_account_id,
    contract_signed_on,
    kickoff_on,
    go_live_on,
    planned_go_live_on,
    first_value_on,
    exited_on,
    exit_origin,
    declared_exited_on,
    ended_on,
    churned_on,
    status,
    owner,
    owner_email,
    segment,
    target_days,
    days_to_kickoff,
    days_to_live,
    days_to_first_value,
    days_live_to_first_value,
    days_to_exit,
    hold_days,
    days_to_live_net_of_hold,
    days_to_first_value_net_of_hold,
    first_value_deadline_on,
    is_first_value_due,
    is_first_value_on_target,
    is_churned_before_value,
    ttfv_band,
    configuration,
    signed_quarter,
    planned_hours,
    services_fee,
    csat_at_go_live,
    nps_at_completion,
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
    nps_answered_on,
    nps_score,
    book_id,
    journey_id,
    source_row_hashes
from final
