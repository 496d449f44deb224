{# The parts of the casts that engines spell differently. #}

{% macro raise_error(message) -%}
    {{ return(adapter.dispatch('raise_error', 'postsale')(message)) }}
{%- endmacro %}

{% macro default__raise_error(message) -%}
    error({{ message }})
{%- endmacro %}

{% macro spark__raise_error(message) -%}
    raise_error({{ message }})
{%- endmacro %}


{% macro parse_date(text) -%}
    {{ return(adapter.dispatch('parse_date', 'postsale')(text)) }}
{%- endmacro %}

{% macro default__parse_date(text) -%}
    try_cast({{ text }} as date)
{%- endmacro %}


{% macro parse_timestamp(text) -%}
    {{ return(adapter.dispatch('parse_timestamp', 'postsale')(text)) }}
{%- endmacro %}

{# DuckDB drops the offset when it casts to a timestamp without time zone, and takes the session's zone when there is
   none: so an offset is looked for, and the answer does not depend on the session. #}
{% macro default__parse_timestamp(text) -%}
    case
        when regexp_matches({{ text }}, '[0-9]:[0-9].*([zZ]|[+-][0-9]{2}(:?[0-9]{2})?)$')
            then timezone('UTC', try_cast({{ text }} as timestamptz))
        else try_cast({{ text }} as timestamp)
    end
{%- endmacro %}

{# Spark's session time zone is UTC; it reads offsets with a colon alone. #}
{% macro spark__parse_timestamp(text) -%}
    try_cast(regexp_replace({{ text }}, '([+-][0-9]{2})([0-9]{2})$', '$1:$2') as timestamp)
{%- endmacro %}


{% macro parse_unix_timestamp(text) -%}
    {{ return(adapter.dispatch('parse_unix_timestamp', 'postsale')(text)) }}
{%- endmacro %}

{% macro default__parse_unix_timestamp(text) -%}
    make_timestamp(cast(try_cast({{ text }} as decimal(28, 6)) * 1000000 as bigint))
{%- endmacro %}

{% macro spark__parse_unix_timestamp(text) -%}
    timestamp_micros(cast(try_cast({{ text }} as decimal(28, 6)) * 1000000 as bigint))
{%- endmacro %}


{# The date that a UTC timestamp falls on in a time zone. #}
{% macro business_date(timestamp, time_zone) -%}
    {{ return(adapter.dispatch('business_date', 'postsale')(timestamp, time_zone)) }}
{%- endmacro %}

{% macro default__business_date(timestamp, time_zone) -%}
    cast(timezone({{ time_zone }}, timezone('UTC', {{ timestamp }})) as date)
{%- endmacro %}

{% macro spark__business_date(timestamp, time_zone) -%}
    cast(from_utc_timestamp({{ timestamp }}, {{ time_zone }}) as date)
{%- endmacro %}
