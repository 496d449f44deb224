with source_rows as (

    select * from {{ source('canonical', 'feedback') }}

),

latest as (

    {{ latest_versions('source_rows', key=['feedback_id']) }}

),

final as (

    select
        {{ to_id('feedback_id') }} as feedback_id,
        {{ to_id('account_id') }} as account_id,
        {{ to_date('received_on') }} as received_on,
        {{ to_text('product_area') }} as product_area,
        {{ to_text('sentiment') }} as sentiment,
        {{ to_text('status') }} as status,
        {{ to_text('summary') }} as summary,
        {{ lineage('canonical', 'feedback_id') }}
    from latest

)

select * from final
