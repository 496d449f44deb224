with source_rows as (

    select * from {{ source('policy', 'activities') }}

),

latest as (

    {{ latest_versions('source_rows', key=['activity']) }}

),

final as (

    select
        {{ to_text('activity') }} as activity,
        {{ to_text('category') }} as category,
        {{ to_boolean('is_rework') }} as is_rework,
        {{ lineage('policy', 'activity') }}
    from latest

)

select * from final
