with source_rows as (

    select * from {{ source('policy', 'lifecycle_stages') }}

),

latest as (

    {{ latest_versions('source_rows', key=['stage']) }}

),

final as (

    select
        {{ to_text('stage') }} as stage,
        {{ to_text('entered_at') }} as entered_at,
        {{ to_integer('days') }} as days,
        {{ lineage('policy', 'stage') }}
    from latest

)

select * from final
