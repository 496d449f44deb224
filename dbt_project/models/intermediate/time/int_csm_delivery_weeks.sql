-- Grain: person x week (by its Monday) in which the person, while working in customer success, logged implementation
-- or success hours.
with parameters as (
    select as_of from {{ ref('stg_build__parameters') }}
),

entries as (
    select
        entries.person_email,
        entries.spent_on,
        entries.hours,
        entries.activity
    from {{ ref('int_time_entries_unioned') }} as entries
    inner join parameters on entries.spent_on <= parameters.as_of
),

categories as (
    select
        activity_key,
        category
    from {{ ref('int_time_categories') }}
    where category in ('implementation', 'success')
),

success_periods as (
    select
        email,
        valid_from,
        valid_to
    from {{ ref('int_person_periods') }}
    where function = 'success'
),

final as (
    select
        entries.person_email,
        cast({{ dbt.date_trunc('week', 'entries.spent_on') }} as date) as week_start,
        cast(sum(case when categories.category = 'implementation' then entries.hours else 0 end) as decimal(28, 4))
            as implementation_hours,
        cast(sum(entries.hours) as decimal(28, 4)) as delivery_hours
    from entries
    inner join categories on {{ normalized_name('entries.activity') }} = categories.activity_key
    inner join success_periods
        on entries.person_email = success_periods.email
        and entries.spent_on between success_periods.valid_from and success_periods.valid_to
    group by entries.person_email, cast({{ dbt.date_trunc('week', 'entries.spent_on') }} as date)
)

select
    person_email,
    week_start,
    implementation_hours,
    delivery_hours
from final
