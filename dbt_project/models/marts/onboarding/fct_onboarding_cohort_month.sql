-- Grain: onboarding x closed month-end within twelve months of its signature, with what was known on that
-- month-end. An onboarding signed in the month of the month-end or in one of the eleven months before it is in the
-- month's cohort.
with onboardings as (
    select
        onboarding_id,
        account_id,
        contract_signed_on,
        left_on,
        book_id
    from {{ ref('int_onboardings_seen') }}
),

first_values as (
    select
        onboarding_id,
        first_value_on
    from {{ ref('int_onboarding_first_values') }}
),

journeys as (
    select
        account_id,
        journey_id,
        valid_from,
        valid_to
    from {{ ref('dim_account_journey') }}
),

months as (
    select
        month_end,
        month_number
    from {{ ref('int_months') }}
),

seen as (
    select
        onboardings.onboarding_id,
        onboardings.account_id,
        months.month_end,
        onboardings.contract_signed_on,
        onboardings.book_id,
        journeys.journey_id,
        first_values.first_value_on <= months.month_end
        and (onboardings.left_on is null or first_values.first_value_on <= onboardings.left_on) as has_first_value,
        onboardings.left_on <= months.month_end
        and (first_values.first_value_on is null or first_values.first_value_on > onboardings.left_on) as has_left,
        first_values.first_value_on,
        onboardings.left_on
    from onboardings
    inner join months
        on months.month_number
        between {{ month_number('onboardings.contract_signed_on') }}
        and {{ month_number('onboardings.contract_signed_on') }} + 11
    inner join journeys
        on onboardings.account_id = journeys.account_id
        and onboardings.contract_signed_on between journeys.valid_from and journeys.valid_to
    left join first_values on onboardings.onboarding_id = first_values.onboarding_id
),

final as (
    select
        {{ surrogate_key(['onboarding_id', 'month_end']) }} as onboarding_cohort_month_id,
        onboarding_id,
        account_id,
        month_end,
        contract_signed_on,
        {{ days_between(
            'contract_signed_on',
            'least(month_end, coalesce(first_value_on, month_end), coalesce(left_on, month_end))'
        ) }} as observed_days,
        coalesce(has_first_value, false) as has_first_value,
        coalesce(has_left, false) as is_churned_before_value,
        not coalesce(has_first_value, false) and not coalesce(has_left, false) as is_censored,
        {{ quarter_label('contract_signed_on') }} as signed_quarter,
        book_id,
        journey_id
    from seen
)

select
    onboarding_cohort_month_id,
    onboarding_id,
    account_id,
    month_end,
    contract_signed_on,
    observed_days,
    has_first_value,
    is_churned_before_value,
    is_censored,
    signed_quarter,
    book_id,
    journey_id
from final
