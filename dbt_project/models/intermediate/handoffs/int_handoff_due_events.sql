-- Grain: seen onboarding x kind of handoff: the day on which the handoff is due, null while that event has not come.
-- The exit of a cancelled onboarding leads to no steady state, so nothing is due at it.
with onboardings as (
    select
        onboarding_id,
        account_id,
        revenue_account_id,
        contract_signed_on,
        go_live_on,
        exited_on,
        is_cancelled,
        owner_email,
        source_row_hashes
    from {{ ref('int_onboardings_seen') }}
),

final as (
    select
        onboarding_id,
        'sales_to_onboarding' as kind,
        account_id,
        revenue_account_id,
        contract_signed_on,
        contract_signed_on as due_on,
        owner_email,
        source_row_hashes
    from onboardings

    union all

    select
        onboarding_id,
        'implementation_to_success' as kind,
        account_id,
        revenue_account_id,
        contract_signed_on,
        go_live_on as due_on,
        owner_email,
        source_row_hashes
    from onboardings

    union all

    select
        onboarding_id,
        'onboarding_to_steady_state' as kind,
        account_id,
        revenue_account_id,
        contract_signed_on,
        case when not is_cancelled then exited_on end as due_on,
        owner_email,
        source_row_hashes
    from onboardings
)

select
    onboarding_id,
    kind,
    account_id,
    revenue_account_id,
    contract_signed_on,
    due_on,
    owner_email,
    source_row_hashes
from final
