with source_rows as (

    select * from {{ source('policy', 'adoption_stages') }}

),

latest as (

    {{ latest_versions('source_rows', key=['stage']) }}

),

final as (

    select
        {{ to_text('stage') }} as stage,
        {{ to_integer('active_weeks') }} as active_weeks,
        {{ to_decimal('adoption_rate_from') }} as adoption_rate_from,
        {{ lineage('policy', 'stage') }}
    from latest

)

select * from final
