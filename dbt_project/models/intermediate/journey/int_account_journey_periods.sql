-- Grain: account x period in which lifecycle stage, time-to-first-value band and operating model stay the same.
-- Judged on the days on which anything can change, each of the three as it stood on that day.
with parameters as (
    select as_of from {{ ref('stg_build__parameters') }}
),

connected as (
    select
        coalesce(max(case when canonical_object = 'onboardings' and is_connected then 1 else 0 end), 0)
            as has_onboardings
    from {{ ref('stg_build__sources') }}
),

first_value_sources as (
    select is_first_value_known from {{ ref('int_first_value_sources') }}
),

accounts as (
    select account_id from {{ ref('int_account_hierarchy') }}
),

onboardings as (
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
    from {{ ref('int_account_onboarding_entries') }}
),

service_periods as (
    select
        account_id,
        kind,
        first_day,
        last_day
    from {{ ref('int_account_service_periods') }}
),

operating_periods as (
    select
        account_id,
        valid_from,
        valid_to,
        operating_model
    from {{ ref('int_account_operating_periods') }}
),

changes as (
    select
        account_id,
        {{ far_past() }} as changed_on
    from accounts
    {%- for event in [
        'contract_signed_on', 'onboarding_from', 'adoption_from', 'value_realization_from', 'cancelled_on',
        'first_value_on', 'ended_on',
    ] %}
    union
    select
        account_id,
        {{ event }} as changed_on
    from onboardings
    where {{ event }} is not null
    {%- endfor %}
    union
    select
        account_id,
        first_day as changed_on
    from service_periods
    union
    select
        account_id,
        {{ add_days('last_day', 1) }} as changed_on
    from service_periods
    where last_day < {{ far_future() }}
    union
    select
        account_id,
        valid_from as changed_on
    from operating_periods
    union
    select
        account_id,
        {{ add_days('valid_to', 1) }} as changed_on
    from operating_periods
    where valid_to < {{ far_future() }}
),

seen as (
    select
        changes.account_id,
        changes.changed_on
    from changes
    inner join parameters on changes.changed_on <= parameters.as_of
),

-- The latest onboarding signed by the day decides the band; of those not cancelled by it, the latest decides the stage.
signed as (
    select
        seen.account_id,
        seen.changed_on,
        onboardings.contract_signed_on,
        onboardings.onboarding_from,
        onboardings.adoption_from,
        onboardings.value_realization_from,
        onboardings.first_value_on,
        onboardings.first_value_deadline_on,
        onboardings.ended_on,
        coalesce(onboardings.cancelled_on <= seen.changed_on, false) as is_cancelled,
        row_number() over (
            partition by seen.account_id, seen.changed_on
            order by onboardings.contract_signed_on desc, onboardings.onboarding_id desc
        ) as recency,
        row_number() over (
            partition by seen.account_id, seen.changed_on
            order by
                case when onboardings.cancelled_on <= seen.changed_on then 1 else 0 end asc,
                onboardings.contract_signed_on desc,
                onboardings.onboarding_id desc
        ) as stage_recency
    from seen
    inner join onboardings
        on seen.account_id = onboardings.account_id
        and onboardings.contract_signed_on <= seen.changed_on
),

bands as (
    select
        account_id,
        changed_on,
        case
            when first_value_on <= changed_on and first_value_deadline_on is null then 'unknown'
            when first_value_on <= changed_on and first_value_on <= first_value_deadline_on then 'on_target'
            when first_value_on <= changed_on then 'late'
            when ended_on <= changed_on then 'never'
            else 'pending'
        end as ttfv_band
    from signed
    where recency = 1
),

current_onboardings as (
    select
        account_id,
        changed_on,
        contract_signed_on,
        is_cancelled,
        coalesce(onboarding_from <= changed_on, false) as has_entered_onboarding,
        coalesce(adoption_from <= changed_on, false) as has_entered_adoption,
        coalesce(value_realization_from <= changed_on, false) as has_entered_value_realization
    from signed
    where stage_recency = 1
),

services as (
    select
        seen.account_id,
        seen.changed_on,
        max(
            case
                when service_periods.kind = 'service' and seen.changed_on <= service_periods.last_day then 1 else 0
            end
        ) as is_served,
        max(
            case
                when service_periods.kind = 'renewal' and seen.changed_on <= service_periods.last_day then 1 else 0
            end
        ) as is_renewing,
        max(
            case
                when service_periods.kind = 'service' and seen.changed_on > service_periods.last_day
                    then service_periods.last_day
            end
        ) as last_service_on
    from seen
    inner join service_periods
        on seen.account_id = service_periods.account_id
        and service_periods.first_day <= seen.changed_on
    group by seen.account_id, seen.changed_on
),

-- One row per account and day of change: three relations are unique by them, and one operating period holds a day.
judged as (
    select
        seen.account_id,
        seen.changed_on,
        connected.has_onboardings,
        first_value_sources.is_first_value_known,
        current_onboardings.contract_signed_on,
        coalesce(current_onboardings.is_cancelled, false) as is_cancelled,
        current_onboardings.has_entered_onboarding,
        current_onboardings.has_entered_adoption,
        current_onboardings.has_entered_value_realization,
        coalesce(services.is_served, 0) = 1 as is_served,
        coalesce(services.is_renewing, 0) = 1 as is_renewing,
        services.last_service_on,
        bands.ttfv_band,
        coalesce(operating_periods.operating_model, 'unknown') as operating_model
    from seen
    cross join connected
    cross join first_value_sources
    left join current_onboardings
        on seen.account_id = current_onboardings.account_id
        and seen.changed_on = current_onboardings.changed_on
    left join services
        on seen.account_id = services.account_id
        and seen.changed_on = services.changed_on
    left join bands
        on seen.account_id = bands.account_id
        and seen.changed_on = bands.changed_on
    left join operating_periods
        on seen.account_id = operating_periods.account_id
        and seen.changed_on between operating_periods.valid_from and operating_periods.valid_to
),

staged as (
    select
        account_id,
        changed_on,
        case
            -- Service ended, and nothing was signed since.
            when
                not is_served
                and last_service_on is not null
                and (contract_signed_on is null or is_cancelled or contract_signed_on <= last_service_on)
                then 'churned'
            when not is_served and is_cancelled then 'churned'
            when not is_served and contract_signed_on is null then 'prospect'
            when contract_signed_on is not null and not is_cancelled and not has_entered_adoption
                then case when has_entered_onboarding then 'onboarding' else 'implementation' end
            when is_renewing then 'renewal'
            when has_onboardings = 0 then 'unknown'
            when not is_cancelled and has_entered_value_realization then 'value_realization'
            else 'adoption'
        end as lifecycle_stage,
        case
            when has_onboardings = 0 then 'unknown'
            when ttfv_band is null then 'none'
            when not is_first_value_known then 'unknown'
            else ttfv_band
        end as ttfv_band,
        operating_model
    from judged
),

compared as (
    select
        account_id,
        changed_on,
        lifecycle_stage,
        ttfv_band,
        operating_model,
        lag(lifecycle_stage) over (partition by account_id order by changed_on) as previous_lifecycle_stage,
        lag(ttfv_band) over (partition by account_id order by changed_on) as previous_ttfv_band,
        lag(operating_model) over (partition by account_id order by changed_on) as previous_operating_model
    from staged
),

starts as (
    select
        account_id,
        changed_on,
        lifecycle_stage,
        ttfv_band,
        operating_model,
        lead(changed_on) over (partition by account_id order by changed_on) as next_changed_on
    from compared
    where
        previous_lifecycle_stage is null
        or previous_lifecycle_stage <> lifecycle_stage
        or previous_ttfv_band <> ttfv_band
        or previous_operating_model <> operating_model
),

final as (
    select
        {{ surrogate_key(['account_id', 'changed_on']) }} as journey_id,
        account_id,
        changed_on as valid_from,
        case
            when next_changed_on is null then {{ far_future() }} else {{ add_days('next_changed_on', -1) }}
        end as valid_to,
        lifecycle_stage,
        ttfv_band,
        operating_model
    from starts
)

select
    journey_id,
    account_id,
    valid_from,
    valid_to,
    lifecycle_stage,
    ttfv_band,
    operating_model
from final
