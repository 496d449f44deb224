-- Grain: milestone of an onboarding, declared or observed from usage.
with milestones as (
    select
        milestone_id,
        onboarding_id,
        account_id,
        contract_signed_on,
        book_id,
        name,
        kind,
        due_on,
        achieved_on,
        origin,
        source_row_hashes,
        is_first_value
    from {{ ref('int_onboarding_milestones') }}
),

parameters as (
    select as_of from {{ ref('stg_build__parameters') }}
),

final as (
    select
        milestones.milestone_id,
        milestones.onboarding_id,
        milestones.account_id,
        milestones.name,
        milestones.kind,
        milestones.due_on,
        milestones.achieved_on,
        milestones.is_first_value,
        {{ days_between('milestones.contract_signed_on', 'milestones.achieved_on') }} as days_from_signature,
        -- Null without a due date, and as long as neither the milestone nor its due date has come.
        case
            when milestones.due_on is null then null
            when milestones.achieved_on is not null then milestones.achieved_on <= milestones.due_on
            when milestones.due_on < parameters.as_of then false
        end as is_on_time,
        milestones.origin,
        milestones.book_id,
        milestones.source_row_hashes
    from milestones
    cross join parameters
)

select
    milestone_id,
    onboarding_id,
    account_id,
    name,
    kind,
    due_on,
    achieved_on,
    is_first_value,
    days_from_signature,
    is_on_time,
    origin,
    book_id,
    source_row_hashes
from final
