{{ config(materialized='view') }}

{%- set columns = [
    'source_name',
    'source_connector',
    'source_object',
    'canonical_object',
    'record_id',
    'source_file',
    'row_from',
    'row_to',
    'row_count',
    'load_id',
    'loaded_at',
    'known_at',
    'row_hash',
    'fate',
    'unused_reason',
] -%}

{%- set relations = [
    ref('stg_policy__mapped_raw_rows'),
    ref('stg_salesforce__mapped_raw_rows'),
    ref('stg_harvest__mapped_raw_rows'),
    ref('stg_zendesk__mapped_raw_rows'),
    ref('stg_segment__mapped_raw_rows'),
    ref('stg_delighted__mapped_raw_rows'),
    ref('stg_canonical__mapped_raw_rows'),
] -%}

with gathered as (
    {% for relation in relations %}
    select
        {{ select_columns(columns) }}
    from {{ relation }}
    {%- if not loop.last %}

    union all
    {% endif -%}
    {% endfor %}

),

-- a policy table is an object of its own
final as (

    select
        coalesce(canonical_object, source_object) as canonical_object,
        {{ columns | reject('equalto', 'canonical_object') | join(', ') }}
    from gathered

)

select {{ select_columns(columns) }}
from final
