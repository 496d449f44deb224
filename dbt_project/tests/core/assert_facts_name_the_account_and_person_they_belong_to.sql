/*
  Facts of accounts roll up where the account does, and what they repeat of others is what the others say.
  Catches a join to the wrong account, signal, warning rule or person.
*/
with accounts as (

    select account_id, revenue_account_id, csm_email from {{ ref('dim_account') }}

),

people as (

    select person_id, email from {{ ref('dim_person') }}

),

health_inputs as (

    select * from {{ ref('fct_health_input') }}

),

health_scores as (

    select * from {{ ref('fct_health_score') }}

),

contributions as (

    select * from {{ ref('fct_health_contribution') }}

),

final as (

    select health_inputs.health_input_id as key_value
    from health_inputs
    left join accounts on health_inputs.account_id = accounts.account_id
    where health_inputs.revenue_account_id <> accounts.revenue_account_id
        or health_inputs.usage_trend < -1
        or health_inputs.executive_engagement not in (0, 1)
        or health_inputs.sentiment_score not between 0 and 10

    union all

    select health_scores.health_score_id as key_value
    from health_scores
    left join health_inputs
        on health_scores.account_id = health_inputs.account_id
        and health_scores.month_end = health_inputs.month_end
    where health_scores.revenue_account_id <> health_inputs.revenue_account_id
        or health_scores.arr <> health_inputs.arr
        or health_scores.is_silent_low_adoption <> health_inputs.is_silent_low_adoption

    union all

    select contributions.health_contribution_id as key_value
    from contributions
    left join health_scores on contributions.health_score_id = health_scores.health_score_id
    where contributions.revenue_account_id <> health_scores.revenue_account_id
        or contributions.label is null
        or (contributions.input_value is null) = contributions.is_present

    union all

    select fields.handoff_id as key_value
    from {{ ref('fct_handoff_field') }} as fields
    left join {{ ref('fct_handoff') }} as handoffs on fields.handoff_id = handoffs.handoff_id
    where fields.account_id <> handoffs.account_id

    union all

    select handoffs.handoff_id as key_value
    from {{ ref('fct_handoff') }} as handoffs
    where handoffs.owner_email = ''
        or (handoffs.due_on is null and handoffs.handed_off_on is null)

    union all

    select warnings.warning_id as key_value
    from {{ ref('fct_warning') }} as warnings
    where warnings.label is null
        or warnings.subject_type not in ('account', 'onboarding', 'milestone', 'handoff', 'renewal')
        or (warnings.owner_email is null) <> (warnings.owner = 'unassigned')
        or warnings.evidence_fact is null
        -- Silence has no record of its own.
        or (warnings.evidence_id is null and warnings.evidence_fact <> 'meetings')

    union all

    select conditions.warning_condition_id as key_value
    from {{ ref('fct_warning_condition') }} as conditions
    where conditions.evidence is null

    union all

    select months.warning_id as key_value
    from {{ ref('fct_warning_month') }} as months
    left join {{ ref('fct_warning') }} as warnings on months.warning_id = warnings.warning_id
    where months.account_id <> warnings.account_id

    union all

    select entries.time_entry_id as key_value
    from {{ ref('fct_time_entry') }} as entries
    left join accounts on entries.account_id = accounts.account_id
    where entries.activity is null
        or (entries.account_id is not null and accounts.account_id is null)

    union all

    select periods.person_id as key_value
    from {{ ref('dim_csm_operating_period') }} as periods
    left join people on periods.person_id = people.person_id
    where people.person_id is null

    union all

    select periods.book_id as key_value
    from {{ ref('dim_account_history') }} as periods
    where (periods.csm_email is null) <> (periods.csm = 'unassigned')

    union all

    select snapshots.arr_snapshot_id as key_value
    from {{ ref('fct_arr_snapshot') }} as snapshots
    where snapshots.is_customer <> (snapshots.arr > 0)
        or (snapshots.is_in_grace and not snapshots.is_customer)

)

select * from final
