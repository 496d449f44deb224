-- Grain: kind of handoff x segment at signature x completeness band: what the first handoff of an onboarding is
-- associated with. Nothing here says that one causes the other.
with parameters as (
    select
        as_of,
        minimum_slice_accounts
    from {{ ref('stg_build__parameters') }}
),

first_handoffs as (
    select
        onboarding_id,
        kind,
        completeness_band
    from {{ ref('fct_handoff') }}
    where onboarding_id is not null and not is_repeat
),

onboardings as (
    select
        onboarding_id,
        account_id,
        segment,
        contract_signed_on,
        days_to_first_value,
        {{ add_days('contract_signed_on', 90) }} as day_90,
        cast({{ dbt.dateadd('month', 12, 'contract_signed_on') }} as date) as month_12
    from {{ ref('fct_onboarding') }}
),

served as (
    select
        account_id,
        service_from,
        service_to
    from {{ ref('int_arr_lines') }}
    where arr > 0
),

retained as (
    select
        onboardings.onboarding_id,
        max(
            case when onboardings.day_90 between served.service_from and served.service_to then 1 else 0 end
        ) as is_retained_90d,
        max(
            case when onboardings.month_12 between served.service_from and served.service_to then 1 else 0 end
        ) as is_retained_12m
    from onboardings
    inner join served on onboardings.account_id = served.account_id
    group by onboardings.onboarding_id
),

judged as (
    select
        first_handoffs.kind,
        onboardings.segment,
        first_handoffs.completeness_band,
        onboardings.account_id,
        onboardings.days_to_first_value,
        case when onboardings.day_90 <= parameters.as_of then coalesce(retained.is_retained_90d, 0) end as retained_90d,
        case when onboardings.month_12 <= parameters.as_of then coalesce(retained.is_retained_12m, 0) end
            as retained_12m
    from first_handoffs
    inner join onboardings on first_handoffs.onboarding_id = onboardings.onboarding_id
    cross join parameters
    left join retained on onboardings.onboarding_id = retained.onboarding_id
),

by_segment as (
    select
        kind,
        segment,
        median(days_to_first_value) as median_days_to_first_value
    from judged
    group by kind, segment
),

by_band as (
    select
        kind,
        segment,
        completeness_band,
        count(*) as onboardings,
        count(distinct account_id) as accounts,
        count(days_to_first_value) as arrived_onboardings,
        median(days_to_first_value) as median_days_to_first_value,
        count(retained_90d) as due_90d_onboardings,
        sum(retained_90d) as retained_90d_onboardings,
        count(retained_12m) as due_12m_onboardings,
        sum(retained_12m) as retained_12m_onboardings
    from judged
    group by kind, segment, completeness_band
),

final as (
    select
        {{ surrogate_key(['by_band.kind', 'by_band.segment', 'by_band.completeness_band']) }} as handoff_association_id,
        by_band.kind,
        by_band.segment,
        by_band.completeness_band,
        cast(by_band.onboardings as integer) as onboardings,
        cast(by_band.accounts as integer) as accounts,
        by_band.accounts < parameters.minimum_slice_accounts as is_small_slice,
        cast(by_band.arrived_onboardings as integer) as arrived_onboardings,
        cast(by_band.median_days_to_first_value as decimal(18, 4)) as median_days_to_first_value,
        cast(by_band.due_90d_onboardings as integer) as due_90d_onboardings,
        cast(
            cast(by_band.retained_90d_onboardings as decimal(18, 6)) / nullif(by_band.due_90d_onboardings, 0)
            as decimal(18, 6)
        ) as retained_90d_share,
        cast(by_band.due_12m_onboardings as integer) as due_12m_onboardings,
        cast(
            cast(by_band.retained_12m_onboardings as decimal(18, 6)) / nullif(by_band.due_12m_onboardings, 0)
            as decimal(18, 6)
        ) as retained_12m_share,
        -- A comparison is a ranking: too few accounts get none.
        cast(
            case
                when by_band.accounts >= parameters.minimum_slice_accounts
                    then by_band.median_days_to_first_value - by_segment.median_days_to_first_value
            end as decimal(18, 4)
        ) as median_days_against_segment
    from by_band
    cross join parameters
    inner join by_segment
        on by_band.kind = by_segment.kind
        and by_band.segment = by_segment.segment
)

select
    handoff_association_id,
    kind,
    segment,
    completeness_band,
    onboardings,
    accounts,
    is_small_slice,
    arrived_onboardings,
    median_days_to_first_value,
    due_90d_onboardings,
    retained_90d_share,
    due_12m_onboardings,
    retained_12m_share,
    median_days_against_segment
from final
