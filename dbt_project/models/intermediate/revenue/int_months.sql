-- Grain: closed month, from the month of the company's earliest contract to the last closed month.
-- Counted out from the parameters, so that a month in which nothing happened is there too.
with parameters as (
    select last_closed_month_end from {{ ref('stg_build__parameters') }}
),

-- Month 1, 2, 3 … of up to three hundred years; a recursive query would stop at an engine's limit of steps.
numbers as (
    {{ dbt.generate_series(3600) }}
),

bounds as (
    select
        cast({{ dbt.date_trunc('month', 'min(lines.service_from)') }} as date) as first_month_start,
        max(parameters.last_closed_month_end) as last_month_end
    from {{ ref('int_subscription_lines') }} as lines
    cross join parameters
),

-- Counted in firsts of months: a month-end plus months would slip from the 31st to the 28th.
month_starts as (
    select
        {{ dbt.dateadd('month', 'cast(numbers.generated_number as integer) - 1', 'bounds.first_month_start') }}
            as month_start
    from bounds
    inner join numbers
        on numbers.generated_number
        <= {{ month_number('bounds.last_month_end') }} - {{ month_number('bounds.first_month_start') }} + 1
),

months as (
    select {{ month_end('month_start') }} as month_end from month_starts
),

final as (
    select
        month_end,
        {{ month_number('month_end') }} as month_number,
        {{ month_end_before('month_end', 1) }} as previous_month_end
    from months
)

select
    month_end,
    month_number,
    previous_month_end
from final
