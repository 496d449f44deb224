with source_rows as (

    select * from {{ source('policy', 'holidays') }}

),

latest as (

    {{ latest_versions('source_rows', key=['holiday_on']) }}

),

final as (

    select
        {{ to_date('holiday_on') }} as holiday_on,
        {{ to_text('name') }} as name,
        {{ lineage('policy', 'holiday_on') }}
    from latest

)

select * from final
