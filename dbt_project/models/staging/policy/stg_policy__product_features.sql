with source_rows as (

    select * from {{ source('policy', 'product_features') }}

),

latest as (

    {{ latest_versions('source_rows', key=['product', 'feature']) }}

),

final as (

    select
        {{ to_text('product') }} as product,
        {{ to_text('feature') }} as feature,
        {{ to_boolean('is_core') }} as is_core,
        {{ lineage('policy', "concat_ws('/', product, feature)") }}
    from latest

)

select * from final
