{#
  Where a staged row comes from, under the names that the later layers use. `key` is the vendor's own record id, taken
  when the raw zone has none (rows of files).
#}
{% macro lineage(connector, key, relation=none) -%}
    {%- set prefix = relation ~ '.' if relation else '' -%}
    {{ prefix }}_source as source_name,
    '{{ connector }}' as source_connector,
    {{ prefix }}_object as source_object,
    coalesce({{ prefix }}_record_id, {{ key }}) as record_id,
    {{ prefix }}_file as source_file,
    {{ prefix }}_row_number as source_row_number,
    {{ prefix }}_load_id as load_id,
    {{ prefix }}_loaded_at as loaded_at,
    {{ prefix }}_known_at as known_at,
    {{ prefix }}_row_hash as source_row_hashes
{%- endmacro %}


{# Names of the lineage columns of a staged row, in order. #}
{% macro lineage_columns() -%}
    {{ return([
        'source_name', 'source_connector', 'source_object', 'record_id', 'source_file', 'source_row_number',
        'load_id', 'loaded_at', 'known_at', 'source_row_hashes',
    ]) }}
{%- endmacro %}


{# The lineage columns that a canonical object keeps. #}
{% macro canonical_lineage_columns() -%}
    {{ return(['source_name', 'source_object', 'record_id', 'source_row_hashes', 'known_at']) }}
{%- endmacro %}
