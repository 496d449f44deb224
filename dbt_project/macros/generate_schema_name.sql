{# Schemas carry the names of the layers, without the target's schema in front: readers outside dbt rely on them. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
