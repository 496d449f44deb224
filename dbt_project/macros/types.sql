{# A 64-bit binary number, for ratios of ratios that no decimal holds exactly. Never for money. #}
{% macro type_double() -%}
    {{ return(adapter.dispatch('type_double', 'postsale')()) }}
{%- endmacro %}

{% macro default__type_double() -%}
    double
{%- endmacro %}

{% macro postgres__type_double() -%}
    double precision
{%- endmacro %}

{% macro bigquery__type_double() -%}
    float64
{%- endmacro %}
