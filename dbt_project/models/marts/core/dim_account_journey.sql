-- Grain: account x period in which lifecycle stage, time-to-first-value band and operating model stay the same
-- (`journey_id`). Facts point to the period of their anchor day.
with periods as (
    select
        journey_id,
        account_id,
        valid_from,
        valid_to,
        lifecycle_stage,
        ttfv_band,
        operating_model
    from {{ ref('int_account_journey_periods') }}
),

final as (
    select
        journey_id,
        account_id,
        valid_from,
        valid_to,
        lifecycle_stage,
        ttfv_band,
        operating_model,
        {{ slice_choices(['operating_model']) }} as slices
    from periods
)

select
    journey_id,
    account_id,
    valid_from,
    valid_to,
    lifecycle_stage,
    ttfv_band,
    operating_model,
    slices
from final
