with source_rows as (

    select * from {{ source('raw_zone', 'quarantine') }}

),

final as (

    select
        source,
        connector,
        object,
        file,
        row_number,
        load_id,
        loaded_at,
        known_at,
        row_hash,
        reason,
        column_name,
        detail,
        raw_record
    from source_rows

)

select * from final
