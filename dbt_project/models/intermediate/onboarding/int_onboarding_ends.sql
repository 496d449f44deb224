-- Grain: seen onboarding, with how it ended by `as_of`, if it did. Its exit is first value with sustained use: a
-- meaningful event in each of policy's number of consecutive weeks (Monday to Sunday), the last of them no earlier
-- than the week of first value; it is dated on the day on which both are there. Where what is connected tells nothing
-- of usage, or nothing of first value, the declared exit counts. Who left first never exited.
with parameters as (
    select sustained_use_weeks from {{ ref('stg_build__parameters') }}
),

sources as (
    select is_exit_observed from {{ ref('int_first_value_sources') }}
),

onboardings as (
    select
        onboarding_id,
        account_id,
        contract_signed_on,
        exited_on as declared_exited_on,
        is_cancelled,
        left_on,
        as_of
    from {{ ref('int_onboardings_seen') }}
),

first_values as (
    select
        onboarding_id,
        first_value_on
    from {{ ref('int_onboarding_first_values') }}
),

used_weeks as (
    select
        onboardings.onboarding_id,
        cast({{ dbt.date_trunc('week', 'usage_days.used_on') }} as date) as week_start,
        min(usage_days.used_on) as first_used_on
    from onboardings
    inner join {{ ref('int_account_usage_days') }} as usage_days
        on onboardings.account_id = usage_days.account_id
        and usage_days.meaningful_events > 0
        and usage_days.used_on
        between onboardings.contract_signed_on and coalesce(onboardings.left_on, onboardings.as_of)
    group by onboardings.onboarding_id, cast({{ dbt.date_trunc('week', 'usage_days.used_on') }} as date)
),

-- Weeks in a row keep the same distance to their own number.
numbered_weeks as (
    select
        onboarding_id,
        week_start,
        first_used_on,
        {{ days_between(far_past(), 'week_start') }}
        - 7 * row_number() over (partition by onboarding_id order by week_start) as run_key
    from used_weeks
),

run_weeks as (
    select
        onboarding_id,
        week_start,
        first_used_on,
        row_number() over (partition by onboarding_id, run_key order by week_start) as weeks_in_a_row
    from numbered_weeks
),

observed as (
    select
        run_weeks.onboarding_id,
        min(greatest(run_weeks.first_used_on, first_values.first_value_on)) as exited_on
    from run_weeks
    inner join parameters on run_weeks.weeks_in_a_row >= parameters.sustained_use_weeks
    inner join first_values
        on run_weeks.onboarding_id = first_values.onboarding_id
        and run_weeks.week_start >= cast({{ dbt.date_trunc('week', 'first_values.first_value_on') }} as date)
    group by run_weeks.onboarding_id
),

decided as (
    select
        onboardings.onboarding_id,
        onboardings.declared_exited_on,
        onboardings.is_cancelled,
        onboardings.left_on,
        case
            when sources.is_exit_observed then observed.exited_on
            when not onboardings.is_cancelled then onboardings.declared_exited_on
        end as exited_on,
        case when sources.is_exit_observed then 'observed' else 'declared' end as origin
    from onboardings
    cross join sources
    left join observed on onboardings.onboarding_id = observed.onboarding_id
),

kept as (
    select
        onboarding_id,
        declared_exited_on,
        is_cancelled,
        left_on,
        case when left_on is null or exited_on <= left_on then exited_on end as exited_on,
        origin
    from decided
),

final as (
    select
        onboarding_id,
        declared_exited_on,
        exited_on,
        case when exited_on is not null then origin end as exit_origin,
        coalesce(exited_on, left_on) as ended_on,
        case
            when exited_on is not null then 'exited'
            when left_on is not null and is_cancelled and left_on = declared_exited_on then 'cancelled'
            when left_on is not null then 'churned'
        end as ended_by
    from kept
)

select
    onboarding_id,
    declared_exited_on,
    exited_on,
    exit_origin,
    ended_on,
    ended_by
from final
