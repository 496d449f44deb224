with source_rows as (

    select * from {{ source('canonical', 'surveys') }}

),

latest as (

    {{ latest_versions('source_rows', key=['response_id']) }}

),

final as (

    select
        {{ to_id('response_id') }} as response_id,
        {{ to_id('account_id') }} as account_id,
        {{ to_text('kind') }} as kind,
        {{ to_decimal('score') }} as score,
        {{ to_timestamp('responded_at') }} as responded_at,
        {{ lineage('canonical', 'response_id') }}
    from latest

)

select * from final
