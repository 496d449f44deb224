with source_rows as (

    select * from {{ source('raw_zone', 'loads') }}

),

final as (

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
    from source_rows

)

select * from final
