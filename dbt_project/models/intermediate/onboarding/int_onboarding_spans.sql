-- Grain: seen onboarding, with the days on which hours and answers of its account belong to it: from its signature
-- to the day before the account's next one. Of several signatures on one day the last by id takes them.
with onboardings as (
    select
        onboarding_id,
        account_id,
        contract_signed_on
    from {{ ref('int_onboardings_seen') }}
),

ordered as (
    select
        onboarding_id,
        account_id,
        contract_signed_on,
        lead(contract_signed_on) over (
            partition by account_id order by contract_signed_on, onboarding_id
        ) as next_signed_on
    from onboardings
),

final as (
    select
        onboarding_id,
        account_id,
        contract_signed_on as valid_from,
        coalesce({{ add_days('next_signed_on', -1) }}, {{ far_future() }}) as valid_to
    from ordered
)

select
    onboarding_id,
    account_id,
    valid_from,
    valid_to
from final
