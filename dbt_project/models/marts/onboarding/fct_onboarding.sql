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
        exited_on,
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
        csat_at_go_live,
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

people as (
    select
        email,
        display_name
    from {{ ref('int_people') }}
),

-- One row each: first values and hold days by onboarding, people by e-mail.
joined as (
    select
        onboardings.onboarding_id,
        onboardings.account_id,
        onboardings.revenue_account_id,
        onboardings.contract_signed_on,
        onboardings.kickoff_on,
        onboardings.go_live_on,
        onboardings.planned_go_live_on,
        first_values.first_value_on,
        onboardings.exited_on,
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
        onboardings.csat_at_go_live,
        onboardings.nps_at_completion,
        onboardings.source_row_hashes,
        onboardings.as_of
    from onboardings
    inner join hold_days on onboardings.onboarding_id = hold_days.onboarding_id
    inner join journeys
        on onboardings.account_id = journeys.account_id
        and onboardings.contract_signed_on between journeys.valid_from and journeys.valid_to
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
    book_id,
    journey_id,
    source_row_hashes
from final
