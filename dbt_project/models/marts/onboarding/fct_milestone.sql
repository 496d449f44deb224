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

-- In the order in which an onboarding reached its milestones; several of one day by id.
ordered as (
    select
        milestone_id,
        lag(achieved_on) over (partition by onboarding_id order by achieved_on, milestone_id) as previous_achieved_on
    from milestones
    where achieved_on is not null
),

journeys as (
    select
        account_id,
        journey_id,
        valid_from,
        valid_to
    from {{ ref('dim_account_journey') }}
),

final as (
    select
        milestones.milestone_id,
        milestones.onboarding_id,
        milestones.account_id,
        milestones.contract_signed_on,
        milestones.name,
        milestones.kind,
        milestones.due_on,
        milestones.achieved_on,
        milestones.is_first_value,
        {{ days_between('milestones.contract_signed_on', 'milestones.achieved_on') }} as days_from_signature,
        {{ days_between('ordered.previous_achieved_on', 'milestones.achieved_on') }} as days_since_previous,
        -- Null without a due date, and as long as neither the milestone nor its due date has come.
        case
            when milestones.due_on is null then null
            when milestones.achieved_on is not null then milestones.achieved_on <= milestones.due_on
            when milestones.due_on < parameters.as_of then false
        end as is_on_time,
        {%- for days in [7, 14] %}
        -- Null unless it was due by then, and until the day is over.
        case
            when
                milestones.due_on <= {{ add_days('milestones.contract_signed_on', days) }}
                and {{ add_days('milestones.contract_signed_on', days) }} <= parameters.as_of
                then coalesce(milestones.achieved_on <= {{ add_days('milestones.contract_signed_on', days) }}, false)
        end as is_reached_by_day_{{ days }},
        {%- endfor %}
        milestones.origin,
        {{ quarter_label('milestones.contract_signed_on') }} as signed_quarter,
        milestones.book_id,
        journeys.journey_id,
        milestones.source_row_hashes
    from milestones
    cross join parameters
    inner join journeys
        on milestones.account_id = journeys.account_id
        and milestones.contract_signed_on between journeys.valid_from and journeys.valid_to
    left join ordered on milestones.milestone_id = ordered.milestone_id
)

select
    milestone_id,
    onboarding_id,
    account_id,
    contract_signed_on,
    name,
    kind,
    due_on,
    achieved_on,
    is_first_value,
    days_from_signature,
    days_since_previous,
    is_on_time,
    is_reached_by_day_7,
    is_reached_by_day_14,
    origin,
    signed_quarter,
    book_id,
    journey_id,
    source_row_hashes
from final
