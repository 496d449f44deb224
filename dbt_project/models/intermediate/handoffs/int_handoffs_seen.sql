-- Grain: handoff made by `as_of`, with the onboarding that it belongs to: of the account's onboardings the one whose
-- due event of that kind is nearest (its signature stands in while the event has not come). A record without a date
-- is a draft: nothing has been handed over yet.
with parameters as (
    select
        as_of,
        time_zone
    from {{ ref('stg_build__parameters') }}
),

dated as (
    select
        handoffs.handoff_id,
        handoffs.account_id,
        coalesce({{ policy_name('handoffs.kind') }}, 'unknown') as kind,
        handoffs.handed_off_at,
        {{ business_date('handoffs.handed_off_at', 'parameters.time_zone') }} as handed_off_on,
        handoffs.from_email,
        handoffs.to_email,
        handoffs.source_row_hashes,
        parameters.as_of
    from {{ ref('int_handoffs_unioned') }} as handoffs
    cross join parameters
),

due_events as (
    select
        onboarding_id,
        kind,
        account_id,
        contract_signed_on,
        due_on,
        coalesce(due_on, contract_signed_on) as expected_on,
        source_row_hashes
    from {{ ref('int_handoff_due_events') }}
),

candidates as (
    select
        dated.handoff_id,
        due_events.onboarding_id,
        due_events.due_on,
        due_events.source_row_hashes as onboarding_row_hashes,
        row_number() over (
            partition by dated.handoff_id
            order by
                abs({{ days_between('due_events.expected_on', 'dated.handed_off_on') }}),
                due_events.contract_signed_on desc,
                due_events.onboarding_id
        ) as nearness
    from dated
    inner join due_events
        on dated.account_id = due_events.account_id
        and dated.kind = due_events.kind
    where dated.handed_off_on <= dated.as_of
),

final as (
    select
        dated.handoff_id,
        dated.account_id,
        dated.kind,
        dated.handed_off_on,
        dated.from_email,
        dated.to_email,
        candidates.onboarding_id,
        candidates.due_on,
        case
            when candidates.onboarding_id is not null
                then row_number() over (
                        partition by candidates.onboarding_id, dated.kind order by dated.handed_off_at, dated.handoff_id
                    )
            else 1
        end as handoff_number,
        {{ join_hashes(['dated.source_row_hashes', 'candidates.onboarding_row_hashes']) }} as source_row_hashes
    from dated
    left join candidates
        on dated.handoff_id = candidates.handoff_id
        and candidates.nearness = 1
    where dated.handed_off_on <= dated.as_of
)

select
    handoff_id,
    account_id,
    kind,
    handed_off_on,
    from_email,
    to_email,
    onboarding_id,
    due_on,
    handoff_number,
    source_row_hashes
from final
