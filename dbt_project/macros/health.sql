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
