{# The attributes of an account by which every account-based number can be sliced, in the order of pages. #}
{% macro slice_columns() -%}
    {{ return(['segment', 'csm', 'team', 'industry', 'region', 'product', 'signed_quarter']) }}
{%- endmacro %}
