{{ config(alias='source_status') }}

with sources as (

    select
        source_name,
        source_connector,
        source_object,
        canonical_object,
        is_connected,
        row_count,
        quarantined_rows,
        latest_event_on,
        last_loaded_at,
        expected_every_days,
        is_stale
    from {{ ref('stg_build__sources') }}

),

final as (

    select
        source_name as source,
        source_connector as connector,
        source_object as object,
        canonical_object,
        is_connected,
        row_count,
        quarantined_rows,
        latest_event_on,
        last_loaded_at,
        expected_every_days,
        is_stale
    from sources

)

select
    source,
    connector,
    object,
    canonical_object,
    is_connected,
    row_count,
    quarantined_rows,
    latest_event_on,
    last_loaded_at,
    expected_every_days,
    is_stale
from final
