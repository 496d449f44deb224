with source_rows as (

    select * from {{ source('policy', 'segments') }}

),

latest as (

    {{ latest_versions('source_rows', key=['segment']) }}

),

final as (

    select
        {{ to_text('segment') }} as segment,
        {{ to_decimal('acv_from') }} as acv_from,
        {{ to_decimal('acv_below') }} as acv_below,
        {{ to_integer('target_days') }} as target_days,
        {{ to_integer('good_days') }} as good_days,
        {{ to_integer('load_min') }} as load_min,
        {{ to_integer('load_max') }} as load_max,
        {{ to_text('load_unit') }} as load_unit,
        {{ lineage('policy', 'segment') }}
    from latest

)

select * from final
