-- Grain: seen onboarding, with the use that its account made of the product: in the first days after the signature,
-- around the ninetieth day, and of core features until it ended. Null where no usage is connected.
with parameters as (
    select
        engaged_days,
        core_feature_target
    from {{ ref('stg_build__parameters') }}
),

connected as (
    select coalesce(max(case when canonical_object = 'usage_events' and is_connected then 1 else 0 end), 0) as has_usage
    from {{ ref('stg_build__sources') }}
),

onboardings as (
    select
        onboarding_id,
        account_id,
        contract_signed_on,
        as_of
    from {{ ref('int_onboardings_seen') }}
),

ends as (
    select
        onboarding_id,
        ended_on
    from {{ ref('int_onboarding_ends') }}
),

used as (
    select
        onboardings.onboarding_id,
        onboardings.as_of,
        ends.ended_on,
        usage_days.used_on,
        usage_days.feature_key,
        usage_days.sign_ins > 0 as has_sign_in,
        usage_days.meaningful_events > 0 as is_meaningful,
        usage_days.is_core,
        {{ days_between('onboardings.contract_signed_on', 'usage_days.used_on') }} as days_after
    from onboardings
    inner join ends on onboardings.onboarding_id = ends.onboarding_id
    inner join {{ ref('int_account_usage_days') }} as usage_days
        on onboardings.account_id = usage_days.account_id
        and usage_days.used_on between onboardings.contract_signed_on and onboardings.as_of
),

counted as (
    select
        used.onboarding_id,
        max(case when used.has_sign_in and used.days_after <= 7 then 1 else 0 end) as signed_in_7,
        max(case when used.is_meaningful and used.days_after <= 7 then 1 else 0 end) as meaningful_7,
        max(case when used.has_sign_in and used.days_after <= 30 then 1 else 0 end) as signed_in_30,
        max(case when used.is_meaningful and used.days_after <= 30 then 1 else 0 end) as meaningful_30,
        max(case
            when used.is_meaningful and used.days_after <= 90 and used.days_after > 90 - parameters.engaged_days then 1
            else 0
        end) as meaningful_90,
        count(distinct case
            when used.is_core and used.used_on <= coalesce(used.ended_on, used.as_of) then used.feature_key
        end) as core_features
    from used
    cross join parameters
    group by used.onboarding_id
),

final as (
    select
        onboardings.onboarding_id,
        case
            when connected.has_usage = 1
                then coalesce(counted.signed_in_7 = 1 and counted.meaningful_7 = 1, false)
        end as is_engaged_within_7_days,
        case
            when connected.has_usage = 1
                then coalesce(counted.signed_in_30 = 1 and counted.meaningful_30 = 1, false)
        end as is_engaged_within_30_days,
        case when connected.has_usage = 1 then coalesce(counted.meaningful_90 = 1, false) end as is_engaged_on_day_90,
        case when connected.has_usage = 1 then cast(coalesce(counted.core_features, 0) as integer) end
            as core_features_activated,
        cast(parameters.core_feature_target as integer) as core_feature_target
    from onboardings
    cross join connected
    cross join parameters
    left join counted on onboardings.onboarding_id = counted.onboarding_id
)

select
    onboarding_id,
    is_engaged_within_7_days,
    is_engaged_within_30_days,
    is_engaged_on_day_90,
    core_features_activated,
    core_feature_target
from final
