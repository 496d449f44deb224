with source_rows as (

    select * from {{ source('policy', 'fx_rates') }}

),

latest as (

    {{ latest_versions('source_rows', key=['currency', 'fiscal_year']) }}

),

final as (

    select
        {{ to_currency('currency') }} as currency,
        {{ to_integer('fiscal_year') }} as fiscal_year,
        {{ to_decimal('rate') }} as rate,
        {{ lineage('policy', "concat_ws('/', currency, fiscal_year)") }}
    from latest

)

select * from final
