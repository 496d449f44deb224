-- Grain: closed month x slice ('total', or one value of one dimension): Kaplan-Meier median of the days from
-- signature to first value, over the onboardings signed in the twelve months to the month-end: the smallest day on
-- which the share that still waits is one half or less, null when it never gets there. The share is a product that
-- no decimal holds exactly, so it is compared with a tolerance.
with curve as (
    select
        month_end,
        dimension,
        dimension_value,
        days_since_signature,
        signed_onboardings,
        arrived_onboardings,
        waiting_share
    from {{ ref('cube_first_value_curve') }}
),

final as (
    select
        {{ surrogate_key(['month_end', 'dimension', 'dimension_value']) }} as first_value_survival_id,
        month_end,
        dimension,
        dimension_value,
        max(signed_onboardings) as signed_onboardings,
        max(arrived_onboardings) as arrived_onboardings,
        min(case when waiting_share <= 0.500000001 then days_since_signature end) as km_median_days_to_first_value
    from curve
    group by month_end, dimension, dimension_value
)

select
    first_value_survival_id,
    month_end,
    dimension,
    dimension_value,
    signed_onboardings,
    arrived_onboardings,
    km_median_days_to_first_value
from final
