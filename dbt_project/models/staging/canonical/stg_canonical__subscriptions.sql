with source_rows as (

    select * from {{ source('canonical', 'subscriptions') }}

),

latest as (

    {{ latest_versions('source_rows', key=['subscription_id']) }}

),

final as (

    select
        {{ to_id('subscription_id') }} as subscription_id,
        {{ to_id('account_id') }} as account_id,
        {{ to_text('product') }} as product,
        {{ to_date('start_date') }} as start_date,
        {{ to_date('end_date') }} as end_date,
        {{ to_decimal('arr') }} as arr,
        {{ to_decimal('mrr') }} as mrr,
        {{ to_currency('currency') }} as currency,
        {{ to_decimal('quantity') }} as quantity,
        {{ to_id('opportunity_id') }} as opportunity_id,
        {{ to_date('terminated_on') }} as terminated_on,
        {{ lineage('canonical', 'subscription_id') }}
    from latest

)

select * from final
