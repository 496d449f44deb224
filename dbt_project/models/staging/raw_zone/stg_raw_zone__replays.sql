with source_rows as (

    select * from {{ source('raw_zone', 'replays') }}

),

final as (

    select
        replayed_by_load,
        load_id,
        source,
        connector,
        object,
        file,
        row_number,
        known_at
    from source_rows

)

select * from final
