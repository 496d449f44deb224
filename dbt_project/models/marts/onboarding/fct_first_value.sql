-- Grain: onboarding that reached first value by `as_of`, placed on the day of arrival.
with first_values as (
    select
        onboarding_id,
        milestone_id,
        first_value_on,
        origin,
        source_row_hashes
    from {{ ref('int_onboarding_first_values') }}
),

onboardings as (
    select
        onboarding_id,
        account_id,
        contract_signed_on,
        go_live_on,
        book_id,
        signed_quarter,
        days_to_first_value,
        days_live_to_first_value
    from {{ ref('fct_onboarding') }}
),

final as (
    select
        {{ surrogate_key(['first_values.onboarding_id']) }} as first_value_id,
        first_values.onboarding_id,
        onboardings.account_id,
        first_values.milestone_id,
        first_values.first_value_on,
        onboardings.days_to_first_value,
        onboardings.days_live_to_first_value,
        onboardings.signed_quarter,
        first_values.origin,
        onboardings.book_id,
        first_values.source_row_hashes
    from first_values
    inner join onboardings on first_values.onboarding_id = onboardings.onboarding_id
)

select
    first_value_id,
    onboarding_id,
    account_id,
    milestone_id,
    first_value_on,
    days_to_first_value,
    days_live_to_first_value,
    signed_quarter,
    origin,
    book_id,
    source_row_hashes
from final
