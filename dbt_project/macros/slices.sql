{# The attributes of an account by which every account-based number can be sliced, in the order in which they are shown. #}
{% macro slice_columns() -%}
    {{ return(['segment', 'csm', 'team', 'industry', 'region', 'product', 'signed_quarter']) }}
{%- endmacro %}
