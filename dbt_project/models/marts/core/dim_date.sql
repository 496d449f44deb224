-- Grain: day, from the first day of the month of the earliest business date to `as_of`. The time spine of the
-- metric layer.
with parameters as (
    select
        as_of,
        last_closed_month_end
    from {{ ref('stg_build__parameters') }}
),

holidays as (
    select distinct holiday_on from {{ ref('stg_policy__holidays') }}
),

earliest as (
    select min(service_from) as business_date from {{ ref('int_subscription_lines') }}
    union all
    select min(contract_signed_on) as business_date from {{ ref('int_onboardings_unioned') }}
    union all
    select min(achieved_on) as business_date from {{ ref('int_milestones_unioned') }}
    union all
    select min(spent_on) as business_date from {{ ref('int_time_entries_unioned') }}
),

extremes as (
    select
        least(coalesce(min(earliest.business_date), min(parameters.as_of)), min(parameters.as_of))
            as first_business_date,
        max(parameters.as_of) as last_day
    from parameters
    cross join earliest
),

bounds as (
    select
        cast({{ dbt.date_trunc('month', 'first_business_date') }} as date) as first_day,
        last_day
    from extremes
),

-- Day 1, 2, 3 … of up to three hundred years; a recursive query would stop at an engine's limit of steps.
numbers as (
    {{ dbt.generate_series(110000) }}
),

days as (
    select {{ add_days('bounds.first_day', 'cast(numbers.generated_number as integer) - 1') }} as date_day
    from bounds
    inner join numbers
        on numbers.generated_number <= {{ days_between('bounds.first_day', 'bounds.last_day') }} + 1
),

final as (
    select
        days.date_day,
        cast({{ dbt.date_trunc('week', 'days.date_day') }} as date) as week_start,
        cast({{ dbt.date_trunc('month', 'days.date_day') }} as date) as month_start,
        {{ month_end('days.date_day') }} as month_end,
        cast({{ dbt.date_trunc('quarter', 'days.date_day') }} as date) as quarter_start,
        cast({{ dbt.date_trunc('year', 'days.date_day') }} as date) as year_start,
        days.date_day = {{ month_end('days.date_day') }} as is_month_end,
        -- Monday is the first day of the truncated week, so the sixth and the seventh are the weekend.
        {{ days_between(dbt.date_trunc('week', 'days.date_day'), 'days.date_day') }} < 5
        and holidays.holiday_on is null as is_business_day,
        {{ month_end('days.date_day') }} <= parameters.last_closed_month_end as is_closed_month
    from days
    cross join parameters
    left join holidays on days.date_day = holidays.holiday_on
)

select
    date_day,
    week_start,
    month_start,
    month_end,
    quarter_start,
    year_start,
    is_month_end,
    is_business_day,
    is_closed_month
from final
