-- Grain: onboarding signed by `as_of`, with whether its signature fell into the last days of a quarter.
with parameters as (
    select quarter_end_days from {{ ref('stg_build__parameters') }}
),

onboardings as (
    select
        onboarding_id,
        account_id,
        revenue_account_id,
        contract_signed_on,
        {{ add_days(dbt.dateadd('month', 3, dbt.date_trunc('quarter', 'contract_signed_on')), -1) }} as quarter_end,
        segment,
        book_id
    from {{ ref('int_onboardings_seen') }}
),

final as (
    select
        onboardings.onboarding_id,
        onboardings.account_id,
        onboardings.revenue_account_id,
        onboardings.contract_signed_on,
        onboardings.quarter_end,
        {{ days_between('onboardings.contract_signed_on', 'onboardings.quarter_end') }} < parameters.quarter_end_days
            as is_at_quarter_end,
        onboardings.segment,
        onboardings.book_id
    from onboardings
    cross join parameters
)

select
    onboarding_id,
    account_id,
    revenue_account_id,
    contract_signed_on,
    quarter_end,
    is_at_quarter_end,
    segment,
    book_id
from final
