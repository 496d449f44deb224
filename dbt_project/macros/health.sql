{# The measures of an account at a month-end that a signal of policy `health_signals` may read, as its contract lists them. #}
{% macro health_input_columns() -%}
    {{ return([
        'core_adoption_rate', 'adoption_rate', 'usage_trend', 'time_to_value_ratio', 'stakeholder_engagement_rate',
        'executive_engagement', 'support_load', 'sentiment_score',
    ]) }}
{%- endmacro %}


{# The measures of an onboarding that a signal of policy `onboarding_health_signals` may read, as its contract lists them. #}
{% macro onboarding_health_input_columns() -%}
    {{ return(['milestone_completion_rate', 'engaged_week_share', 'adoption_breadth']) }}
{%- endmacro %}


{#
    Three CTEs, scored, running and contributions, over a relation of one row per subject and signal that carries weight,
    input_value, zero_at and full_at. A missing input has no points and no weight: its weight goes to the others.
    Contributions are the steps of a running total that is rounded once per step, in order of weight, so that they add
    up to the rounded score, to the last digit.

    subject: columns that name whose score it is; carried: columns that go along with it.
#}
{% macro weighted_signals(relation, subject, carried=[]) -%}
{%- set named = subject + carried + ['signal', 'label'] -%}
scored as (
    select
        {%- for column in named %}
        {{ column }},
        {%- endfor %}
        weight,
        input_value,
        case
            when input_value is not null
                then cast(
                    round(100 * least(1, greatest(0, (input_value - zero_at) / (full_at - zero_at))), 4)
                    as decimal(9, 4)
                )
        end as points,
        case when input_value is not null then weight else 0 end as present_weight
    from {{ relation }}
),

running as (
    select
        {%- for column in named %}
        {{ column }},
        {%- endfor %}
        weight,
        input_value,
        points,
        present_weight,
        sum(present_weight) over (partition by {{ subject | join(', ') }}) as total_weight,
        sum(coalesce(points, 0) * present_weight) over (
            partition by {{ subject | join(', ') }}
            order by weight desc, signal
            rows between unbounded preceding and current row
        ) as points_so_far,
        coalesce(points, 0) * present_weight as weighted_points
    from scored
),

contributions as (
    select
        {%- for column in named %}
        {{ column }},
        {%- endfor %}
        weight,
        input_value,
        points,
        cast(case when total_weight > 0 then present_weight / total_weight end as decimal(9, 6)) as weight_share,
        cast(
            case
                when total_weight > 0
                    then cast(round(points_so_far / total_weight, 4) as decimal(9, 4))
                        - cast(round((points_so_far - weighted_points) / total_weight, 4) as decimal(9, 4))
            end as decimal(9, 4)
        ) as contribution
    from running
)
{%- endmacro %}
