-- Grain: onboarding open on a closed month-end: the measures that its health score reads, as they stood on that day.
-- A measure that nobody can know is null, never zero.
with parameters as (
    select
        sustained_use_weeks,
        core_feature_target
    from {{ ref('stg_build__parameters') }}
),

connected as (
    select coalesce(max(case when canonical_object = 'usage_events' and is_connected then 1 else 0 end), 0) as has_usage
    from {{ ref('stg_build__sources') }}
),

-- Whole weeks back from the month-end, as far as the signature or policy's number of weeks reaches.
months as (
    select
        months.onboarding_id,
        months.account_id,
        months.month_end,
        months.contract_signed_on,
        months.milestones_reached,
        months.milestones_expected,
        least(
            parameters.sustained_use_weeks,
            cast(floor(months.days_since_signature / 7.0) as integer) + 1
        ) as weeks_back
    from {{ ref('int_onboarding_months') }} as months
    cross join parameters
    where months.is_open
),

used as (
    select
        months.onboarding_id,
        months.month_end,
        months.weeks_back,
        cast(floor({{ days_between('usage_days.used_on', 'months.month_end') }} / 7.0) as integer) as week_back,
        usage_days.feature_key,
        usage_days.is_core
    from months
    inner join {{ ref('int_account_usage_days') }} as usage_days
        on months.account_id = usage_days.account_id
        and usage_days.meaningful_events > 0
        and usage_days.used_on between months.contract_signed_on and months.month_end
),

counted as (
    select
        onboarding_id,
        month_end,
        count(distinct case when week_back < weeks_back then week_back end) as engaged_weeks,
        count(distinct case when is_core then feature_key end) as core_features
    from used
    group by onboarding_id, month_end
),

final as (
    select
        months.onboarding_id,
        months.month_end,
        case
            when months.milestones_expected > 0
                then cast(round(
                        cast(months.milestones_reached as decimal(18, 8)) / months.milestones_expected, 6
                    ) as decimal(9, 6))
        end as milestone_completion_rate,
        case
            when connected.has_usage = 1
                then cast(round(
                        cast(coalesce(counted.engaged_weeks, 0) as decimal(18, 8)) / months.weeks_back, 6
                    ) as decimal(9, 6))
        end as engaged_week_share,
        case
            when connected.has_usage = 1
                then cast(round(
                        least(
                            1,
                            cast(coalesce(counted.core_features, 0) as decimal(18, 8)) / parameters.core_feature_target
                        ),
                        6
                    ) as decimal(9, 6))
        end as adoption_breadth
    from months
    cross join parameters
    cross join connected
    left join counted
        on months.onboarding_id = counted.onboarding_id
        and months.month_end = counted.month_end
)

select
    onboarding_id,
    month_end,
    milestone_completion_rate,
    engaged_week_share,
    adoption_breadth
from final
