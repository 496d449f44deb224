with source_rows as (

    select * from {{ source('build', 'sources') }}

),

final as (

    select
        source as source_name,
        connector as source_connector,
        object as source_object,
        canonical_object,
        is_connected,
        rows as row_count,
        latest_event_on,
        last_loaded_at,
        quarantined_rows,
        expected_every_days,
        is_stale
    from source_rows

)

select * from final
