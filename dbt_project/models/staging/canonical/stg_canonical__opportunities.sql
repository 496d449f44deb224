with source_rows as (

    select * from {{ source('canonical', 'opportunities') }}

),

latest as (

    {{ latest_versions('source_rows', key=['opportunity_id']) }}

),

final as (

    select
        {{ to_id('opportunity_id') }} as opportunity_id,
        {{ to_id('account_id') }} as account_id,
        {{ to_text('type') }} as type,
        {{ to_text('stage') }} as stage,
        {{ to_decimal('amount') }} as amount,
        {{ to_currency('currency') }} as currency,
        {{ to_date('created_on') }} as created_on,
        {{ to_date('expected_close_on') }} as expected_close_on,
        {{ to_decimal('probability') }} as probability,
        {{ to_date('closed_on') }} as closed_on,
        {{ to_boolean('is_won') }} as is_won,
        {{ to_text('motion') }} as motion,
        {{ to_email('owner_email') }} as owner_email,
        {{ to_text('loss_reason') }} as loss_reason,
        {{ lineage('canonical', 'opportunity_id') }}
    from latest

)

select * from final
