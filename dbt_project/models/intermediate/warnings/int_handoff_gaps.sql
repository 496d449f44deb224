-- Grain: handoff that an onboarding owes, by kind (or handoff that belongs to no onboarding) x the days on which it was
-- owed or carried less than policy's share of the required fields: from the handoff that falls short, or the day after
-- policy's days past the due day when none came, until one that carries enough. What comes next takes its place: the
-- go-live that of the first kind, the end of the onboarding that of the second.
with parameters as (
    select as_of from {{ ref('stg_build__parameters') }}
),

rules as (
    select
        coalesce(threshold, 1) as enough,
        coalesce(window_days, 0) as window_days
    from {{ ref('stg_policy__warning_rules') }}
    where kind = 'handoff_incomplete'
),

connected as (
    select distinct canonical_object
    from {{ ref('stg_build__sources') }}
    where canonical_object = 'handoffs' and is_connected
),

handoffs as (
    select
        handoff_id,
        account_id,
        kind,
        handed_off_on,
        onboarding_id,
        source_row_hashes
    from {{ ref('int_handoffs_seen') }}
),

due_events as (
    select
        onboarding_id,
        kind,
        account_id,
        due_on
    from {{ ref('int_handoff_due_events') }}
),

onboardings as (
    select
        onboardings.onboarding_id,
        onboardings.go_live_on,
        onboardings.left_on,
        ends.exited_on
    from {{ ref('int_onboardings_seen') }} as onboardings
    inner join {{ ref('int_onboarding_ends') }} as ends on onboardings.onboarding_id = ends.onboarding_id
),

shares as (
    select
        handoff_id,
        sum(case when is_required then 1 else 0 end) as required_fields,
        sum(case when is_required and is_filled then 1 else 0 end) as filled_fields
    from {{ ref('int_handoff_fields') }}
    group by handoff_id
),

judged as (
    select
        handoffs.handoff_id,
        handoffs.account_id,
        handoffs.kind,
        handoffs.onboarding_id,
        handoffs.handed_off_on,
        handoffs.source_row_hashes,
        coalesce(shares.filled_fields >= shares.required_fields * rules.enough, true) as is_enough
    from handoffs
    cross join rules
    left join shares on handoffs.handoff_id = shares.handoff_id
),

facts as (
    select
        coalesce({{ dbt.concat(["onboarding_id", "'|'", "kind"]) }}, handoff_id) as subject_id,
        account_id,
        kind,
        onboarding_id,
        case when not is_enough then handed_off_on end as short_on,
        case when is_enough then handed_off_on end as enough_on,
        case when not is_enough then source_row_hashes end as source_row_hashes
    from judged

    union all

    select
        {{ dbt.concat(["due_events.onboarding_id", "'|'", "due_events.kind"]) }} as subject_id,
        due_events.account_id,
        due_events.kind,
        due_events.onboarding_id,
        {{ add_days('due_events.due_on', 'rules.window_days + 1') }} as short_on,
        cast(null as date) as enough_on,
        cast(null as {{ dbt.type_string() }}) as source_row_hashes
    from due_events
    cross join rules
    cross join connected
    where due_events.due_on is not null
),

subjects as (
    select
        subject_id,
        account_id,
        kind,
        onboarding_id,
        min(short_on) as short_on,
        min(enough_on) as enough_on,
        max(source_row_hashes) as source_row_hashes
    from facts
    group by subject_id, account_id, kind, onboarding_id
),

ended as (
    select
        subjects.subject_id,
        subjects.account_id,
        subjects.kind as handoff_kind,
        subjects.onboarding_id,
        subjects.short_on as gap_from,
        coalesce(subjects.enough_on, {{ far_future() }}) as enough_on,
        coalesce(onboardings.left_on, {{ far_future() }}) as left_on,
        coalesce(
            case subjects.kind
                when 'sales_to_onboarding' then onboardings.go_live_on
                when 'implementation_to_success' then onboardings.exited_on
            end,
            {{ far_future() }}
        ) as superseded_on,
        subjects.source_row_hashes
    from subjects
    left join onboardings on subjects.onboarding_id = onboardings.onboarding_id
),

final as (
    select
        ended.subject_id,
        ended.account_id,
        ended.handoff_kind,
        ended.onboarding_id,
        ended.gap_from,
        case
            when least(ended.enough_on, ended.left_on, ended.superseded_on) <= parameters.as_of
                then least(ended.enough_on, ended.left_on, ended.superseded_on)
        end as gap_to,
        case
            when least(ended.enough_on, ended.left_on, ended.superseded_on) > parameters.as_of then null
            when ended.enough_on <= least(ended.left_on, ended.superseded_on) then 'cured'
            when ended.left_on <= ended.superseded_on then 'churned'
            else 'superseded'
        end as end_reason,
        ended.source_row_hashes
    from ended
    inner join parameters on ended.gap_from <= parameters.as_of
    where ended.gap_from < least(ended.enough_on, ended.left_on, ended.superseded_on)
)

select
    subject_id,
    account_id,
    handoff_kind,
    onboarding_id,
    gap_from,
    gap_to,
    end_reason,
    source_row_hashes
from final
