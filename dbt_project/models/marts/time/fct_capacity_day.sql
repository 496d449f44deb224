-- Grain: person with a stated capacity x day up to `as_of` on which the person could work, or did. Days without an
-- entry are here: their capacity counts. A day off on which somebody worked has hours and no capacity. Counted from
-- the day of the company's first time entry on: before it nobody could log anything.
with people as (
    select
        email,
        display_name,
        coalesce(started_on, {{ far_past() }}) as started_on,
        coalesce(ended_on, {{ far_future() }}) as ended_on
    from {{ ref('int_people') }}
),

person_periods as (
    select
        email,
        function,
        team,
        weekly_capacity_hours,
        valid_from,
        valid_to
    from {{ ref('int_person_periods') }}
    where weekly_capacity_hours is not null
),

working_days as (
    select date_day from {{ ref('dim_date') }}
    where is_business_day
),

worked as (
    select
        person_email as email,
        spent_on,
        sum(hours) as logged_hours
    from {{ ref('fct_time_entry') }}
    group by person_email, spent_on
),

tracked as (
    select min(spent_on) as tracked_from from worked
),

-- One row per person and working day: periods of a person do not overlap.
available as (
    select
        people.email,
        working_days.date_day,
        person_periods.weekly_capacity_hours
    from people
    inner join person_periods on people.email = person_periods.email
    cross join tracked
    inner join working_days
        on working_days.date_day between person_periods.valid_from and person_periods.valid_to
        and working_days.date_day between people.started_on and people.ended_on
        and working_days.date_day >= tracked.tracked_from
),

person_days as (
    select
        email,
        date_day
    from available
    union
    select
        email,
        spent_on as date_day
    from worked
),

final as (
    select
        {{ surrogate_key(['person_days.email', 'person_days.date_day']) }} as capacity_day_id,
        {{ surrogate_key(['person_days.email']) }} as person_id,
        person_days.email as person_email,
        people.display_name as person,
        coalesce(person_periods.function, 'unknown') as function,
        coalesce(person_periods.team, 'unassigned') as team,
        person_days.date_day,
        available.email is not null as is_working_day,
        cast(coalesce(available.weekly_capacity_hours / 5, 0) as decimal(18, 4)) as capacity_hours,
        cast(coalesce(worked.logged_hours, 0) as decimal(18, 4)) as logged_hours
    from person_days
    inner join people on person_days.email = people.email
    inner join person_periods
        on person_days.email = person_periods.email
        and person_days.date_day between person_periods.valid_from and person_periods.valid_to
    left join available
        on person_days.email = available.email
        and person_days.date_day = available.date_day
    left join worked
        on person_days.email = worked.email
        and person_days.date_day = worked.spent_on
)

select
    capacity_day_id,
    person_id,
    person_email,
    person,
    function,
    team,
    date_day,
    is_working_day,
    capacity_hours,
    logged_hours
from final
