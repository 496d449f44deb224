/* Each day lies in its week, month, quarter and year, and a month is closed when its last day is not after `as_of`. */
with parameters as (

    select as_of from {{ ref('stg_build__parameters') }}

),

days as (

    select * from {{ ref('dim_date') }}

),

final as (

    select days.date_day
    from days
    cross join parameters
    where {{ days_between('days.week_start', 'days.date_day') }} not between 0 and 6
        or days.month_start <> {{ dbt.date_trunc('month', 'days.date_day') }}
        or days.date_day not between days.month_start and days.month_end
        or {{ dbt.date_trunc('month', 'days.month_end') }} <> days.month_start
        or days.quarter_start <> {{ dbt.date_trunc('quarter', 'days.date_day') }}
        or days.year_start <> {{ dbt.date_trunc('year', 'days.date_day') }}
        or days.is_month_end <> (days.date_day = days.month_end)
        or days.is_closed_month <> (days.month_end <= parameters.as_of)
        -- Saturday and Sunday are five and six days into a week that starts on Monday.
        or (days.is_business_day and {{ days_between('days.week_start', 'days.date_day') }} > 4)

)

select * from final
