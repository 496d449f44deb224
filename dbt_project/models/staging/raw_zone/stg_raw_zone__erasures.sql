with source_rows as (

    select * from {{ source('raw_zone', 'erasures') }}

),

final as (

    select
        erasure_id,
        pseudonym,
        erased_at,
        area,
        file,
        rows_changed,
        hash_before,
        hash_after
    from source_rows

)

select * from final
