{# One row per combination of columns: the grain, proven. #}
{% test unique_combination(model, columns) %}
    select {{ columns | join(', ') }}, count(*) as row_count
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}


{# Every filled value of the column is a value of `field` in `to`, among the rows that `where` keeps. #}
{% test relationships_where(model, column_name, to, field, from_condition='1 = 1', to_condition='1 = 1') %}
    with parents as (
        select {{ field }} as parent_value
        from {{ to }}
        where {{ to_condition }}
    )

    select children.{{ column_name }}
    from {{ model }} as children
    left join parents on children.{{ column_name }} = parents.parent_value
    where children.{{ column_name }} is not null
        and parents.parent_value is null
        and ({{ from_condition }})
{% endtest %}


{% test not_negative(model, column_name) %}
    select {{ column_name }}
    from {{ model }}
    where {{ column_name }} < 0
{% endtest %}


{# The expression holds in every row; unknown counts as broken. #}
{% test expression_is_true(model, expression, where_condition='1 = 1') %}
    select *
    from {{ model }}
    where ({{ where_condition }}) and not coalesce({{ expression }}, false)
{% endtest %}


{# As many rows as another relation: catches a join that drops rows or repeats them. #}
{% test row_count_equals(model, to, model_condition='1 = 1', to_condition='1 = 1') %}
    with counted as (
        select
            (select count(*) from {{ model }} where {{ model_condition }}) as row_count,
            (select count(*) from {{ to }} where {{ to_condition }}) as expected_count
    )

    select row_count, expected_count
    from counted
    where row_count <> expected_count
{% endtest %}


{# Exactly so many rows. #}
{% test has_row_count(model, rows) %}
    select row_count
    from (select count(*) as row_count from {{ model }}) as counted
    where row_count <> {{ rows }}
{% endtest %}


{# Periods of one key do not overlap; both ends belong to the period and a missing end is open. #}
{% test periods_do_not_overlap(model, key, valid_from, valid_to) %}
    with periods as (
        select
            {{ key | join(', ') }},
            {{ valid_from }} as starts_on,
            lag({{ valid_to }}) over (partition by {{ key | join(', ') }} order by {{ valid_from }}, {{ valid_to }}) as previous_end,
            row_number() over (partition by {{ key | join(', ') }} order by {{ valid_from }}, {{ valid_to }}) as position
        from {{ model }}
    )

    select *
    from periods
    where position > 1 and (previous_end is null or previous_end >= starts_on)
{% endtest %}


{# No upper case and no blanks around it. #}
{% test lower_trimmed(model, column_name) %}
    select {{ column_name }}
    from {{ model }}
    where {{ column_name }} <> lower(trim({{ column_name }}))
{% endtest %}


{# The columns identify a row: none of them is null and no two rows share them. #}
{% test is_key(model, columns) %}
    select {{ columns | join(', ') }}, count(*) as row_count
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1{% for column in columns %} or {{ column }} is null{% endfor %}
{% endtest %}
