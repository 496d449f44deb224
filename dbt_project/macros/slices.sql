{# The attributes of an account by which every account-based number can be sliced, in the order of pages. #}
{% macro slice_columns() -%}
    {{ return(['segment', 'csm', 'team', 'industry', 'region', 'product', 'signed_quarter']) }}
{%- endmacro %}

{# What a reader can choose on a page to see a row, in the words of column `slice` of the exported tables, each between
   bars: `|All|segment=hybrid|csm=Dana Fox|segment=hybrid; csm=Dana Fox|region=EMEA|`. `together` are two attributes that
   can be chosen at once. #}
{% macro slice_choices(alone, together=none) -%}
    concat(
        {%- if together %}
        '|All|',
        {%- for column in together %}
        '{{ column }}=', {{ slice_label(column) }}, '|',
        {%- endfor %}
        '{{ together[0] }}=', {{ slice_label(together[0]) }}, '; {{ together[1] }}=', {{ slice_label(together[1]) }}, '|',
        {%- endif %}
        {%- for column in alone %}
        '{{ column }}=', {{ slice_label(column) }}, '|'{{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{# How the exported tables write the value of an attribute: a company may call a team or a region what they call the
   total. #}
{% macro slice_label(column) -%}
    case when {{ column }} = 'All' then 'All (name)' else coalesce({{ column }}, 'none') end
{%- endmacro %}
