{#
  Casts that never lose a value without a word. A blank is null; a value that does not fit its type stops the build
  with the source, the file, the row and the mend. The loader quarantines such values first, so that a message from
  here means that a contract and a staging model disagree.

  column    the raw text column, qualified or not
  relation  the alias that carries the lineage columns, when several are in scope
#}
{% macro checked(column, parsed, type_name, relation=none) -%}
    case
        when {{ postsale.filled(column) }} is null then null
        when {{ parsed }} is not null then {{ parsed }}
        else {{ postsale.raise_bad_value(column, type_name, relation) }}
    end
{%- endmacro %}


{# The text without blanks around it, or null when nothing is left. #}
{% macro filled(column) -%}
    nullif(trim({{ column }}), '')
{%- endmacro %}


{% macro to_text(column) -%}
    {{ postsale.filled(column) }}
{%- endmacro %}


{# Identifiers stay text: 00016 and 16 are two accounts. #}
{% macro to_id(column) -%}
    {{ postsale.filled(column) }}
{%- endmacro %}


{# E-mail addresses join systems that spell them differently. #}
{% macro to_email(column) -%}
    lower({{ postsale.filled(column) }})
{%- endmacro %}


{% macro to_currency(column) -%}
    upper({{ postsale.filled(column) }})
{%- endmacro %}


{% macro to_date(column, relation=none) -%}
    {{ postsale.checked(column, postsale.parse_date(postsale.filled(column)), 'date', relation) }}
{%- endmacro %}


{# UTC, whatever offset the vendor writes; a timestamp without one is UTC. #}
{% macro to_timestamp(column, relation=none) -%}
    {{ postsale.checked(column, postsale.parse_timestamp(postsale.filled(column)), 'timestamp', relation) }}
{%- endmacro %}


{# Seconds since 1970-01-01 UTC. #}
{% macro to_unix_timestamp(column, relation=none) -%}
    {{ postsale.checked(column, postsale.parse_unix_timestamp(postsale.filled(column)), 'unix timestamp', relation) }}
{%- endmacro %}


{% macro to_decimal(column, precision=28, scale=6, relation=none) -%}
    {{ postsale.checked(
        column,
        'try_cast(' ~ postsale.filled(column) ~ ' as decimal(' ~ precision ~ ', ' ~ scale ~ '))',
        'decimal',
        relation
    ) }}
{%- endmacro %}


{# A fraction is no integer: 28.6 is an error, not 29. #}
{% macro to_integer(column, relation=none) -%}
    {%- set number = 'try_cast(' ~ postsale.filled(column) ~ ' as decimal(28, 6))' -%}
    {{ postsale.checked(
        column,
        'case when ' ~ number ~ ' = floor(' ~ number ~ ') then cast(' ~ number ~ ' as bigint) end',
        'integer',
        relation
    ) }}
{%- endmacro %}


{% macro to_boolean(column, relation=none) -%}
    case
        when {{ postsale.filled(column) }} is null then null
        when lower({{ postsale.filled(column) }}) in ('true', 't', 'yes', 'y', '1') then true
        when lower({{ postsale.filled(column) }}) in ('false', 'f', 'no', 'n', '0') then false
        else {{ postsale.raise_bad_value(column, 'boolean', relation) }}
    end
{%- endmacro %}


{% macro raise_bad_value(column, type_name, relation=none) -%}
    {%- set lineage = relation ~ '.' if relation else '' -%}
    {%- set message = dbt.concat([
        lineage ~ '_source', "' '", lineage ~ '_file',
        "' row '", 'cast(' ~ lineage ~ '_row_number as ' ~ dbt.type_string() ~ ')',
        "': '", column,
        "' is not a " ~ type_name ~ " (" ~ column.split('.')[-1] ~ "); correct the value, or the column in the contract of its connector'",
    ]) -%}
    {{ postsale.raise_error(message) }}
{%- endmacro %}
