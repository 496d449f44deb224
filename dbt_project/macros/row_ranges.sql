{# A comma-joined list as one row per entry. #}
{% macro split_list(column) -%}
    {{ return(adapter.dispatch('split_list', 'postsale')(column)) }}
{%- endmacro %}

{% macro default__split_list(column) -%}
    unnest(string_split({{ column }}, ','))
{%- endmacro %}

{% macro spark__split_list(column) -%}
    explode(split({{ column }}, ','))
{%- endmacro %}


{#
  The hash of a range of rows: that of the row itself when it is one; else SHA-256 over the rows' hashes, joined by
  commas in the order of the rows.
#}
{% macro range_hash(hash, row_number) -%}
    case
        when count(*) = 1 then min({{ hash }})
        else {{ postsale.sha256(dbt.listagg(hash, "','", 'order by ' ~ row_number)) }}
    end
{%- endmacro %}


{% macro sha256(text) -%}
    {{ return(adapter.dispatch('sha256', 'postsale')(text)) }}
{%- endmacro %}

{% macro default__sha256(text) -%}
    sha256({{ text }})
{%- endmacro %}

{% macro spark__sha256(text) -%}
    sha2({{ text }}, 256)
{%- endmacro %}
