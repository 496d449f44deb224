-- Grain: kind of warning x subject x stretch of days on which the condition of its rule held, whether or not policy
-- raises warnings of the kind. Dated events begin and end a stretch on their day; what is judged once a month holds
-- from the month-end to the next one. `to_on` is the first day without; null while the condition held on `as_of`.
with parameters as (
    select as_of from {{ ref('stg_build__parameters') }}
),

relationship_periods as (
    select
        account_id,
        role,
        gap_from,
        gap_to,
        record_ids,
        source_row_hashes
    from {{ ref('int_contact_role_gaps') }}
),

silences as (
    select
        account_id,
        last_touched_on,
        silent_from,
        silent_to,
        end_reason,
        source_row_hashes
    from {{ ref('int_sponsor_silences') }}
),

handoff_gaps as (
    select
        subject_id,
        account_id,
        handoff_kind,
        onboarding_id,
        gap_from,
        gap_to,
        end_reason,
        source_row_hashes
    from {{ ref('int_handoff_gaps') }}
),

stalls as (
    select
        onboarding_id,
        account_id,
        last_moved_on,
        stalled_from,
        stalled_to,
        end_reason,
        source_row_hashes
    from {{ ref('int_stall_periods') }}
),

onboarding_periods as (
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
    from {{ ref('int_onboarding_warning_periods') }}
),

renewals as (
    select
        renewal_id,
        account_id,
        due_on
    from {{ ref('fct_renewal') }}
),

rules as (
    select
        kind,
        threshold,
        coalesce(window_days, 0) as window_days
    from {{ ref('stg_policy__warning_rules') }}
),

scores as (
    select
        health_score_id,
        account_id,
        month_end,
        health_score,
        is_silent_low_adoption
    from {{ ref('fct_health_score') }}
),

inputs as (
    select
        health_input_id,
        account_id,
        month_end,
        usage_trend
    from {{ ref('fct_health_input') }}
),

account_months as (
    select
        account_month_id,
        account_id,
        month_end,
        core_features_purchased - core_features_used as core_features_unused
    from {{ ref('fct_account_month') }}
    where is_customer and lifecycle_stage not in ('implementation', 'onboarding')
),

months as (
    select
        month_end,
        lead(month_end) over (order by month_end) as next_month_end
    from {{ ref('int_months') }}
),

monthly as (
    select
        rules.kind,
        scores.account_id,
        scores.month_end,
        {{ dbt.concat(["'health score '", as_text(one_decimal_down('scores.health_score'))]) }} as evidence,
        'fct_health_score' as evidence_fact,
        scores.health_score_id as evidence_id
    from scores
    inner join rules on rules.kind = 'health_below_threshold' and scores.health_score < rules.threshold

    union all

    select
        rules.kind,
        scores.account_id,
        scores.month_end,
        'no ticket while adoption is low' as evidence,
        'fct_health_score' as evidence_fact,
        scores.health_score_id as evidence_id
    from scores
    inner join rules on rules.kind = 'silent_low_adoption' and scores.is_silent_low_adoption

    union all

    select
        rules.kind,
        inputs.account_id,
        inputs.month_end,
        {{ dbt.concat([
            "'use down '", as_text(one_decimal_down('-100 * inputs.usage_trend')), "'% on the time before'",
        ]) }} as evidence,
        'fct_health_input' as evidence_fact,
        inputs.health_input_id as evidence_id
    from inputs
    inner join rules on rules.kind = 'usage_decline' and inputs.usage_trend <= rules.threshold

    union all

    select
        rules.kind,
        account_months.account_id,
        account_months.month_end,
        {{ dbt.concat(["'core features not in use: '", as_text('account_months.core_features_unused')]) }} as evidence,
        'fct_account_month' as evidence_fact,
        account_months.account_month_id as evidence_id
    from account_months
    inner join rules on rules.kind = 'unused_core_feature' and account_months.core_features_unused >= rules.threshold
),

-- Poor health at a month-end, in the days before the renewal up to the next month-end; at the due day the renewal
-- itself takes the warning's place.
poor_before_renewal as (
    select
        rules.kind,
        renewals.renewal_id,
        renewals.account_id,
        renewals.due_on,
        scores.health_score,
        scores.health_score_id,
        greatest(scores.month_end, {{ add_days('renewals.due_on', '-rules.window_days') }}) as from_on,
        least(renewals.due_on, coalesce(months.next_month_end, renewals.due_on)) as ends_on,
        parameters.as_of
    from renewals
    cross join parameters
    inner join rules on rules.kind = 'renewal_near_poor_health'
    inner join scores
        on renewals.account_id = scores.account_id
        and scores.health_score < rules.threshold
        and scores.month_end < renewals.due_on
    inner join months on scores.month_end = months.month_end
),

gathered as (
    select
        case role when 'sponsor' then 'sponsor_left' else 'champion_left' end as kind,
        'account' as subject_type,
        account_id as subject_id,
        account_id,
        gap_from as from_on,
        gap_to as to_on,
        'cured' as end_reason,
        {{ dbt.concat(["'no '", "role", "' since '", "cast(gap_from as " ~ dbt.type_string() ~ ")"]) }} as evidence,
        'contacts' as evidence_fact,
        record_ids as evidence_id,
        source_row_hashes,
        true as needs_service
    from relationship_periods

    union all

    select
        'sponsor_silent' as kind,
        'account' as subject_type,
        account_id as subject_id,
        account_id,
        silent_from as from_on,
        silent_to as to_on,
        end_reason,
        {{ dbt.concat(["'sponsor silent since '", "cast(last_touched_on as " ~ dbt.type_string() ~ ")"]) }} as evidence,
        'meetings' as evidence_fact,
        cast(null as {{ dbt.type_string() }}) as evidence_id,
        source_row_hashes,
        true as needs_service
    from silences

    union all

    -- An onboarding begins before service does, and knows itself when its customer left.
    select
        kind,
        case when kind = 'milestone_slipped' then 'milestone' else 'onboarding' end as subject_type,
        subject_id,
        account_id,
        from_on,
        to_on,
        end_reason,
        evidence,
        case when kind = 'milestone_slipped' then 'fct_milestone' else 'fct_onboarding' end as evidence_fact,
        subject_id as evidence_id,
        source_row_hashes,
        false as needs_service
    from onboarding_periods

    union all

    select
        'stall' as kind,
        'onboarding' as subject_type,
        onboarding_id as subject_id,
        account_id,
        stalled_from as from_on,
        stalled_to as to_on,
        end_reason,
        {{ dbt.concat(["'no movement since '", "cast(last_moved_on as " ~ dbt.type_string() ~ ")"]) }} as evidence,
        'fct_onboarding' as evidence_fact,
        onboarding_id as evidence_id,
        source_row_hashes,
        false as needs_service
    from stalls

    union all

    select
        'handoff_incomplete' as kind,
        'handoff' as subject_type,
        subject_id,
        account_id,
        gap_from as from_on,
        gap_to as to_on,
        end_reason,
        case
            when source_row_hashes is null then {{ dbt.concat(["'no handoff '", "replace(handoff_kind, '_', ' ')"]) }}
            else {{ dbt.concat(["'incomplete handoff '", "replace(handoff_kind, '_', ' ')"]) }}
        end as evidence,
        'fct_handoff' as evidence_fact,
        subject_id as evidence_id,
        source_row_hashes,
        onboarding_id is null as needs_service
    from handoff_gaps

    union all

    select
        monthly.kind,
        'account' as subject_type,
        monthly.account_id as subject_id,
        monthly.account_id,
        monthly.month_end as from_on,
        months.next_month_end as to_on,
        'cured' as end_reason,
        monthly.evidence,
        monthly.evidence_fact,
        monthly.evidence_id,
        cast(null as {{ dbt.type_string() }}) as source_row_hashes,
        true as needs_service
    from monthly
    inner join months on monthly.month_end = months.month_end

    union all

    select
        kind,
        'renewal' as subject_type,
        renewal_id as subject_id,
        account_id,
        from_on,
        case when ends_on <= as_of then ends_on end as to_on,
        case when ends_on = due_on then 'superseded' else 'cured' end as end_reason,
        {{ dbt.concat([
            "'health score '", as_text(one_decimal_down('health_score')),
            "', renewal due on '", "cast(due_on as " ~ dbt.type_string() ~ ")",
        ]) }} as evidence,
        'fct_health_score' as evidence_fact,
        health_score_id as evidence_id,
        cast(null as {{ dbt.type_string() }}) as source_row_hashes,
        true as needs_service
    from poor_before_renewal
    where from_on < ends_on and from_on <= as_of
),

final as (
    select
        {{ surrogate_key(['kind', 'subject_id', 'from_on']) }} as warning_condition_id,
        kind,
        subject_type,
        subject_id,
        account_id,
        from_on,
        to_on,
        case when to_on is not null then end_reason end as end_reason,
        evidence,
        evidence_fact,
        evidence_id,
        source_row_hashes,
        needs_service
    from gathered
)

select
    warning_condition_id,
    kind,
    subject_type,
    subject_id,
    account_id,
    from_on,
    to_on,
    end_reason,
    evidence,
    evidence_fact,
    evidence_id,
    source_row_hashes,
    needs_service
from final
