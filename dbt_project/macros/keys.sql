{# A key made of several columns: 32 hexadecimal digits. Null and blank differ, and so do ('a|b') and ('a', 'b'). #}
{% macro surrogate_key(columns) -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- set text = "cast(" ~ column ~ " as " ~ dbt.type_string() ~ ")" -%}
        {%- do parts.append("coalesce(replace(" ~ text ~ ", '|', '||'), '~null')") -%}
        {%- if not loop.last -%}{%- do parts.append("' | '") -%}{%- endif -%}
    {%- endfor -%}
    {{ dbt.hash(dbt.concat(parts)) }}
{%- endmacro %}


{# The row hashes of several raw rows as one text, those that are absent left out. #}
{% macro join_hashes(columns) -%}
    concat_ws(',', {{ columns | join(', ') }})
{%- endmacro %}


{# Names match when they are equal but for blanks around them and upper case. #}
{% macro normalized_name(column) -%}
    lower(nullif(trim({{ column }}), ''))
{%- endmacro %}


{# The first filled value of a group, by rank: what the system that ranks first says, else the next. #}
{% macro first_filled(column, rank) -%}
    min_by({{ column }}, {{ rank }}) filter (where {{ column }} is not null)
{%- endmacro %}


{# A name as the policy tables write it: 'High Touch' and 'high-touch' are high_touch. #}
{% macro policy_name(column) -%}
    replace(replace({{ normalized_name(column) }}, ' ', '_'), '-', '_')
{%- endmacro %}
