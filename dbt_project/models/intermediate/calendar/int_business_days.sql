-- Grain: day, from the month of the earliest business date to one year after `as_of`. Business days are Monday to
-- Friday without policy's holidays; their running number makes the business days after one day up to another a
-- subtraction.
with parameters as (
    select as_of from {{ ref('stg_build__parameters') }}
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
    union all
    select as_of as business_date from parameters
),

bounds as (
    select
        {{ month_start('min(earliest.business_date)') }} as first_day,
        {{ add_days('max(parameters.as_of)', 366) }} as last_day
    from parameters
    cross join earliest
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

judged as (
    select
        days.date_day,
        -- Monday is the first day of the truncated week, so the sixth and the seventh are the weekend.
        {{ days_between(dbt.date_trunc('week', 'days.date_day'), 'days.date_day') }} < 5
        and holidays.holiday_on is null as is_business_day
    from days
    left join holidays on days.date_day = holidays.holiday_on
),

final as (
    select
        date_day,
        is_business_day,
        cast(sum(case when is_business_day then 1 else 0 end) over (
            order by date_day rows between unbounded preceding and current row
        ) as integer) as business_day_number
    from judged
)

select
    date_day,
    is_business_day,
    business_day_number
from final
