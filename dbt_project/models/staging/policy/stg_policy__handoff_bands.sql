with source_rows as (

    select * from {{ source('policy', 'handoff_bands') }}

),

latest as (

    {{ latest_versions('source_rows', key=['band']) }}

),

final as (

    select
        {{ to_text('band') }} as band,
        {{ to_decimal('completeness_from') }} as completeness_from,
        {{ lineage('policy', 'band') }}
    from latest

)

select * from final
