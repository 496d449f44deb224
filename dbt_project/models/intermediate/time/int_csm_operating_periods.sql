-- Grain: person who ever works in customer success, or whom policy names, x period with one operating model of the
-- person's book. What policy `operating_models` states holds from its day on; before that, and for everyone else, it
-- is inferred, and only while the person works in customer success: every week anew from the person's own hours in
-- the whole weeks before it, so that no day is judged by what was logged later.
with parameters as (
    select
        as_of,
        operating_model_weeks,
        conflated_above_percent
    from {{ ref('stg_build__parameters') }}
),

delivery_weeks as (
    select
        person_email as email,
        week_start,
        implementation_hours,
        delivery_hours
    from {{ ref('int_csm_delivery_weeks') }}
),

stated as (
    select
        csm_email as email,
        operating_model,
        from_on,
        lead(from_on) over (partition by csm_email order by from_on) as next_from_on
    from {{ ref('stg_policy__operating_models') }}
),

success_periods as (
    select
        email,
        valid_from,
        valid_to
    from {{ ref('int_person_periods') }}
    where function = 'success'
),

-- Week 1, 2, 3 … after a week with hours: those that look back on it.
numbers as (
    {{ dbt.generate_series(52) }}
),

looking_back as (
    select
        delivery_weeks.email,
        {{ add_days('delivery_weeks.week_start', '7 * cast(numbers.generated_number as integer)') }} as week_start,
        delivery_weeks.implementation_hours,
        delivery_weeks.delivery_hours
    from delivery_weeks
    cross join parameters
    inner join numbers on numbers.generated_number <= parameters.operating_model_weeks
),

-- Grain: person x week with hours in the weeks before it.
inferred as (
    select
        looking_back.email,
        looking_back.week_start,
        case
            when
                100 * sum(looking_back.implementation_hours)
                > max(parameters.conflated_above_percent) * sum(looking_back.delivery_hours)
                then 'conflated'
            else 'separated'
        end as operating_model
    from looking_back
    inner join parameters on looking_back.week_start <= parameters.as_of
    group by looking_back.email, looking_back.week_start
    having sum(looking_back.delivery_hours) > 0
),

change_days as (
    select
        email,
        {{ far_past() }} as changed_on
    from success_periods
    union
    select
        email,
        {{ far_past() }} as changed_on
    from stated
    union
    select
        email,
        valid_from as changed_on
    from success_periods
    union
    select
        email,
        {{ add_days('valid_to', 1) }} as changed_on
    from success_periods
    where valid_to < {{ far_future() }}
    union
    select
        email,
        from_on as changed_on
    from stated
    union
    select
        email,
        week_start as changed_on
    from inferred
    union
    select
        inferred.email,
        {{ add_days('inferred.week_start', 7) }} as changed_on
    from inferred
    inner join parameters on {{ add_days('inferred.week_start', 7) }} <= parameters.as_of
),

-- One row per change: stated periods, periods of a function and weeks each hold the day at most once.
resolved as (
    select
        change_days.email,
        change_days.changed_on,
        coalesce(
            stated.operating_model,
            case when success_periods.email is not null then inferred.operating_model end,
            'unknown'
        ) as operating_model,
        case when stated.operating_model is not null then 'stated' else 'inferred' end as origin
    from change_days
    left join stated
        on change_days.email = stated.email
        and change_days.changed_on >= stated.from_on
        and (stated.next_from_on is null or change_days.changed_on < stated.next_from_on)
    left join success_periods
        on change_days.email = success_periods.email
        and change_days.changed_on between success_periods.valid_from and success_periods.valid_to
    left join inferred
        on change_days.email = inferred.email
        and cast({{ dbt.date_trunc('week', 'change_days.changed_on') }} as date) = inferred.week_start
),

compared as (
    select
        email,
        changed_on,
        operating_model,
        origin,
        lag(operating_model) over (partition by email order by changed_on) as previous_operating_model,
        lag(origin) over (partition by email order by changed_on) as previous_origin
    from resolved
),

final as (
    select
        email,
        changed_on as valid_from,
        lead(changed_on) over (partition by email order by changed_on) as next_from,
        operating_model,
        origin
    from compared
    where
        previous_operating_model is null
        or previous_operating_model <> operating_model
        or previous_origin <> origin
)

select
    email,
    valid_from,
    case when next_from is null then {{ far_future() }} else {{ add_days('next_from', -1) }} end as valid_to,
    operating_model,
    origin
from final
