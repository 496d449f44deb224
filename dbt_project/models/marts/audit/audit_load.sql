{{ config(alias='load') }}

with parameters as (

    select known_at from {{ ref('stg_build__parameters') }}

),

loads as (

    select
        load_id,
        source,
        connector,
        object,
        file,
        file_hash,
        bytes,
        known_at,
        loaded_at,
        status,
        rows_arrived,
        rows_loaded,
        rows_duplicate,
        rows_quarantined,
        rows_withdrawn,
        rows_late,
        columns_seen,
        extra_columns,
        missing_columns,
        reason,
        detail
    from {{ ref('stg_raw_zone__loads') }}

),

final as (

    select
        loads.load_id,
        loads.source,
        loads.connector,
        loads.object,
        loads.file,
        loads.file_hash,
        loads.bytes,
        loads.known_at,
        loads.loaded_at,
        loads.status,
        loads.rows_arrived,
        loads.rows_loaded,
        loads.rows_duplicate,
        loads.rows_quarantined,
        loads.rows_withdrawn,
        loads.rows_late,
        loads.columns_seen,
        loads.extra_columns,
        loads.missing_columns,
        loads.reason,
        loads.detail
    from loads
    inner join parameters
        on loads.known_at <= parameters.known_at

)

select
    load_id,
    source,
    connector,
    object,
    file,
    file_hash,
    bytes,
    known_at,
    loaded_at,
    status,
    rows_arrived,
    rows_loaded,
    rows_duplicate,
    rows_quarantined,
    rows_withdrawn,
    rows_late,
    columns_seen,
    extra_columns,
    missing_columns,
    reason,
    detail
from final
