-- Catches a join that repeats or loses hours: people with a stated capacity have the same hours in their days as in
-- their time entries.
with stated as (
    select email from {{ ref('int_person_periods') }}
    group by email
    having count(*) = count(weekly_capacity_hours)
),

entries as (
    select coalesce(sum(entries.hours), 0) as hours
    from {{ ref('fct_time_entry') }} as entries
    inner join stated on entries.person_email = stated.email
),

days as (
    select coalesce(sum(days.logged_hours), 0) as hours
    from {{ ref('fct_capacity_day') }} as days
    inner join stated on days.person_email = stated.email
)

select
    entries.hours as entry_hours,
    days.hours as day_hours
from entries
cross join days
where entries.hours <> days.hours
