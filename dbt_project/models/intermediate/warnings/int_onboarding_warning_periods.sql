-- Grain: kind of warning x onboarding or milestone x stretch of days on which the rule's condition held:
--   milestone_slipped    a due day has passed by policy's days, and the milestone is not reached
--   ttfv_off_pace        fewer milestones are reached than an even pace to the target would have by now
--   ttfv_beyond_target   the target day has passed without first value
--   live_no_value_30d    live for policy's days without first value
-- A stretch ends when its cause is cured, when the customer leaves, or when the onboarding ends otherwise or the target
-- day passes (superseded). Days are those of the events; the first day counts, the last one (`to_on`) does not.
with parameters as (
    select
        as_of,
        live_no_value_days
    from {{ ref('stg_build__parameters') }}
),

rules as (
    select
        kind,
        coalesce(window_days, 0) as window_days
    from {{ ref('stg_policy__warning_rules') }}
),

onboardings as (
    select
        onboardings.onboarding_id,
        onboardings.account_id,
        onboardings.contract_signed_on,
        onboardings.go_live_on,
        case when ends.exited_on is null then ends.ended_on end as left_on,
        ends.exited_on,
        onboardings.target_days,
        {{ add_days('onboardings.contract_signed_on', 'onboardings.target_days') }} as deadline_on,
        first_values.first_value_on,
        onboardings.source_row_hashes
    from {{ ref('int_onboardings_seen') }} as onboardings
    inner join {{ ref('int_onboarding_ends') }} as ends on onboardings.onboarding_id = ends.onboarding_id
    left join {{ ref('int_onboarding_first_values') }} as first_values
        on onboardings.onboarding_id = first_values.onboarding_id
),

milestones as (
    select
        milestone_id,
        onboarding_id,
        name,
        due_on,
        achieved_on,
        source_row_hashes,
        row_number() over (
            partition by onboarding_id
            order by case when achieved_on is null then 1 else 0 end, achieved_on, milestone_id
        ) as milestone_number,
        count(*) over (partition by onboarding_id) as milestone_count
    from {{ ref('int_onboarding_milestones') }}
),

causes as (
    select
        rules.kind,
        milestones.milestone_id as subject_id,
        onboardings.onboarding_id,
        {{ add_days('milestones.due_on', 'rules.window_days + 1') }} as from_on,
        milestones.achieved_on as cured_on,
        onboardings.exited_on as superseded_on,
        {{ dbt.concat(["'\"'", "milestones.name", "'\" was due on '", as_text('milestones.due_on')]) }} as evidence,
        milestones.source_row_hashes
    from milestones
    inner join onboardings on milestones.onboarding_id = onboardings.onboarding_id
    inner join rules on rules.kind = 'milestone_slipped'
    where milestones.due_on is not null

    union all

    -- The n-th milestone of so many is expected after that share of the target days; the last one is the target itself.
    select
        rules.kind,
        onboardings.onboarding_id as subject_id,
        onboardings.onboarding_id,
        {{ add_days(
            'onboardings.contract_signed_on',
            'cast(floor(onboardings.target_days * milestones.milestone_number / milestones.milestone_count) as integer) + 1'
        ) }} as from_on,
        least(
            coalesce(milestones.achieved_on, {{ far_future() }}),
            coalesce(onboardings.first_value_on, {{ far_future() }})
        ) as cured_on,
        least(
            coalesce(onboardings.exited_on, {{ far_future() }}), {{ add_days('onboardings.deadline_on', 1) }}
        ) as superseded_on,
        {{ dbt.concat([
            "'fewer than '", "cast(milestones.milestone_number as " ~ dbt.type_string() ~ ")", "' of '",
            "cast(milestones.milestone_count as " ~ dbt.type_string() ~ ")", "' milestones reached'",
        ]) }} as evidence,
        onboardings.source_row_hashes
    from onboardings
    inner join milestones
        on onboardings.onboarding_id = milestones.onboarding_id
        and milestones.milestone_number < milestones.milestone_count
    inner join rules on rules.kind = 'ttfv_off_pace'
    where onboardings.target_days is not null

    union all

    select
        rules.kind,
        onboardings.onboarding_id as subject_id,
        onboardings.onboarding_id,
        {{ add_days('onboardings.deadline_on', 1) }} as from_on,
        onboardings.first_value_on as cured_on,
        onboardings.exited_on as superseded_on,
        {{ dbt.concat(["'first value was due on '", as_text('onboardings.deadline_on')]) }} as evidence,
        onboardings.source_row_hashes
    from onboardings
    inner join rules on rules.kind = 'ttfv_beyond_target'
    where onboardings.deadline_on is not null

    union all

    select
        rules.kind,
        onboardings.onboarding_id as subject_id,
        onboardings.onboarding_id,
        {{ add_days('onboardings.go_live_on', 'parameters.live_no_value_days') }} as from_on,
        onboardings.first_value_on as cured_on,
        onboardings.exited_on as superseded_on,
        {{ dbt.concat(["'live since '", as_text('onboardings.go_live_on'), "' without first value'"]) }} as evidence,
        onboardings.source_row_hashes
    from onboardings
    inner join rules on rules.kind = 'live_no_value_30d'
    cross join parameters
    where onboardings.go_live_on is not null
),

ended as (
    select
        causes.kind,
        causes.subject_id,
        causes.onboarding_id,
        onboardings.account_id,
        causes.from_on,
        least(
            coalesce(causes.cured_on, {{ far_future() }}),
            coalesce(onboardings.left_on, {{ far_future() }}),
            coalesce(causes.superseded_on, {{ far_future() }})
        ) as ends_on,
        coalesce(causes.cured_on, {{ far_future() }}) as cured_on,
        coalesce(onboardings.left_on, {{ far_future() }}) as left_on,
        causes.evidence,
        causes.source_row_hashes,
        parameters.as_of
    from causes
    inner join onboardings on causes.onboarding_id = onboardings.onboarding_id
    cross join parameters
),

final as (
    select
        kind,
        subject_id,
        onboarding_id,
        account_id,
        from_on,
        case when ends_on <= as_of then ends_on end as to_on,
        case
            when ends_on > as_of then null
            when ends_on = cured_on then 'cured'
            when ends_on = left_on then 'churned'
            else 'superseded'
        end as end_reason,
        evidence,
        source_row_hashes
    from ended
    where from_on <= as_of and from_on < ends_on
)

select
    kind,
    subject_id,
    onboarding_id,
    account_id,
    from_on,
    to_on,
    end_reason,
    evidence,
    source_row_hashes
from final
