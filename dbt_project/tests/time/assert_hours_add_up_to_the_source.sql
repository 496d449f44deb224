-- Catches hours that get lost or doubled on the way: entries and hours of the mart equal those that were
-- delivered, up to `as_of`.
with parameters as (
    select as_of from {{ ref('stg_build__parameters') }}
),

delivered as (
    select
        count(*) as entries,
        coalesce(sum(entries.hours), 0) as hours
    from {{ ref('int_time_entries_unioned') }} as entries
    inner join parameters on entries.spent_on <= parameters.as_of
),

kept as (
    select
        count(*) as entries,
        coalesce(sum(hours), 0) as hours
    from {{ ref('fct_time_entry') }}
)

select
    delivered.entries as delivered_entries,
    kept.entries as kept_entries,
    delivered.hours as delivered_hours,
    kept.hours as kept_hours
from delivered
cross join kept
where delivered.entries <> kept.entries or delivered.hours <> kept.hours
