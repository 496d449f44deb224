{#
  Merges periods of one key that overlap or touch into unbroken stretches.

  relation   a CTE or table
  key        name of the key column
  first_day  name of the column with the first day of a period
  last_day   name of the column with its last day

  Returns key, stretch_number, first_day, last_day under the given names, one row per stretch.

  Periods with the same two days are one before anything is ordered: among ties, two window functions may each see
  an order of their own, and a stretch would fall apart.
#}
{% macro merged_periods(relation, key, first_day, last_day) -%}
    select
        {{ key }},
        cast(stretch_number as integer) as stretch_number,
        min({{ first_day }}) as {{ first_day }},
        max({{ last_day }}) as {{ last_day }}
    from (
        select
            {{ key }},
            {{ first_day }},
            {{ last_day }},
            sum(case when reached_until >= {{ add_days(first_day, -1) }} then 0 else 1 end) over (
                partition by {{ key }}
                order by {{ first_day }}, {{ last_day }}
                rows between unbounded preceding and current row
            ) as stretch_number
        from (
            select
                {{ key }},
                {{ first_day }},
                {{ last_day }},
                max({{ last_day }}) over (
                    partition by {{ key }}
                    order by {{ first_day }}, {{ last_day }}
                    rows between unbounded preceding and 1 preceding
                ) as reached_until
            from (
                select distinct {{ key }}, {{ first_day }}, {{ last_day }}
                from {{ relation }}
            ) as distinct_periods
        ) as reached
    ) as numbered
    group by {{ key }}, stretch_number
{%- endmacro %}
