{# Calendar arithmetic in one place, so that every model says what it means and runs on every engine. #}

{# The day before anything happened; the first period of a history starts here. #}
{% macro far_past() -%}
    cast('1900-01-01' as date)
{%- endmacro %}

{# The day after everything; an open period ends here. #}
{% macro far_future() -%}
    cast('9999-12-31' as date)
{%- endmacro %}

{# date + n days -> date. `n` is a number or a column. #}
{% macro add_days(day, n) -%}
    cast({{ dbt.dateadd('day', n, day) }} as date)
{%- endmacro %}

{# Whole days from the first date to the second -> integer, negative when the second is earlier. #}
{% macro days_between(first_day, second_day) -%}
    cast({{ dbt.datediff(first_day, second_day, 'day') }} as integer)
{%- endmacro %}

{# Seconds from one moment to another, as a whole number. #}
{% macro seconds_between(first_moment, second_moment) -%}
    cast({{ dbt.datediff(first_moment, second_moment, 'second') }} as bigint)
{%- endmacro %}

{# The last day of the month that holds the date. #}
{% macro month_end(day) -%}
    cast({{ dbt.last_day(day, 'month') }} as date)
{%- endmacro %}

{# The first day of the month that holds the date. #}
{% macro month_start(day) -%}
    cast({{ dbt.date_trunc('month', day) }} as date)
{%- endmacro %}

{# Months counted from year 0 -> integer. Month arithmetic on this number cannot lose the 31st. #}
{% macro month_number(day) -%}
    cast(extract(year from {{ day }}) * 12 + extract(month from {{ day }}) as integer)
{%- endmacro %}

{# Calendar quarter as text: 2024-Q1. #}
{% macro quarter_label(day) -%}
    case
        when {{ day }} is not null then concat(
            cast(extract(year from {{ day }}) as {{ dbt.type_string() }}),
            '-Q',
            cast(extract(quarter from {{ day }}) as {{ dbt.type_string() }})
        )
    end
{%- endmacro %}

{# The last day of the month `months` before the month of a date: the day before the first of the month after it. #}
{% macro month_end_before(day, months) -%}
    {{ add_days(dbt.dateadd('month', '1 - ' ~ months, dbt.date_trunc('month', day)), -1) }}
{%- endmacro %}

{# The moment, in UTC, at which a day begins in a time zone. #}
{% macro start_of_day(day, time_zone) -%}
    {{ return(adapter.dispatch('start_of_day', 'postsale')(day, time_zone)) }}
{%- endmacro %}

{% macro default__start_of_day(day, time_zone) -%}
    timezone('UTC', timezone({{ time_zone }}, cast({{ day }} as timestamp)))
{%- endmacro %}

{% macro spark__start_of_day(day, time_zone) -%}
    to_utc_timestamp(cast({{ day }} as timestamp), {{ time_zone }})
{%- endmacro %}
