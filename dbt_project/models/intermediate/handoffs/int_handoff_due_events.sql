-- Grain: seen onboarding x kind of handoff: the day on which the handoff is due, null while that event has not come.
-- The exit is first value with sustained use, as `int_onboarding_ends` decides it, whatever day the company declares;
-- who was cancelled or left before it is handed to no steady state.
with onboardings as (
    select
        onboardings.onboarding_id,
        onboardings.account_id,
        onboardings.revenue_account_id,
        onboardings.contract_signed_on,
        onboardings.go_live_on,
        ends.exited_on,
        onboardings.owner_email,
        onboardings.source_row_hashes
    from {{ ref('int_onboardings_seen') }} as onboardings
    inner join {{ ref('int_onboarding_ends') }} as ends on onboardings.onboarding_id = ends.onboarding_id
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
        exited_on as due_on,
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
