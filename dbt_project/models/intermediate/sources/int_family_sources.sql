{%- set lineage = [
    'source_name', 'source_object', 'record_id', 'source_file', 'row_from', 'row_to', 'row_count', 'row_hash', 'load_id',
] -%}

-- Grain: accounts that carry their revenue together x canonical object x raw row; usage by account, day, load and file.
with record_rows as (

    select distinct
        revenue_account_id,
        canonical_object,
        {{ select_columns(lineage) }}
    from {{ ref('int_record_sources') }}
    where revenue_account_id is not null and is_seen

),

hierarchy as (

    select
        account_id,
        revenue_account_id
    from {{ ref('int_account_hierarchy') }}

),

-- one row per range: accounts are unique in the hierarchy
usage_days as (

    select
        hierarchy.revenue_account_id,
        ranges.account_id,
        ranges.used_on,
        ranges.source_name,
        ranges.source_object,
        ranges.source_file,
        ranges.row_from,
        ranges.row_to,
        ranges.row_count,
        ranges.row_hash,
        ranges.load_id
    from {{ ref('int_usage_event_ranges') }} as ranges
    inner join hierarchy
        on ranges.account_id = hierarchy.account_id
    where ranges.is_seen

),

final as (

    select
        revenue_account_id,
        canonical_object,
        cast(null as {{ dbt.type_string() }}) as account_id,
        cast(null as date) as event_on,
        {{ select_columns(lineage) }}
    from record_rows

    union all

    select
        revenue_account_id,
        'usage_events' as canonical_object,
        account_id,
        used_on as event_on,
        source_name,
        source_object,
        cast(null as {{ dbt.type_string() }}) as record_id,
        source_file,
        row_from,
        row_to,
        row_count,
        row_hash,
        load_id
    from usage_days

)

select
    revenue_account_id,
    canonical_object,
    account_id,
    event_on,
    {{ select_columns(lineage) }}
from final
