with source_rows as (

    select * from {{ source('policy', 'health_bands') }}

),

latest as (

    {{ latest_versions('source_rows', key=['band']) }}

),

final as (

    select
        {{ to_text('band') }} as band,
        {{ to_decimal('score_from') }} as score_from,
        {{ lineage('policy', 'band') }}
    from latest

)

select * from final
