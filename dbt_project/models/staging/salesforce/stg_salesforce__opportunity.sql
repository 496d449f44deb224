with source_rows as (

    select * from {{ source('salesforce', 'Opportunity') }}

),

latest as (

    {{ latest_versions('source_rows', key=['Id'], version='SystemModstamp') }}

),

typed as (

    select
        -- keys
        {{ to_id('Id') }} as opportunity_id,
        {{ to_id('AccountId') }} as account_id,
        {{ to_id('OwnerId') }} as owner_user_id,
        -- attributes
        {{ to_text('Name') }} as opportunity_name,
        {{ to_text('Type') }} as opportunity_type,
        {{ to_text('Motion__c') }} as motion,
        {{ to_text('Loss_Reason__c') }} as loss_reason,
        -- money
        {{ to_decimal('Amount') }} as amount,
        {{ to_currency('CurrencyIsoCode') }} as currency,
        -- state
        {{ to_text('StageName') }} as stage,
        {{ to_decimal('Probability') }} as probability,
        {{ to_boolean('IsClosed') }} as is_closed,
        {{ to_boolean('IsWon') }} as is_won,
        {{ to_date('CloseDate') }} as close_on,
        {{ to_boolean('IsDeleted') }} as is_deleted,
        {{ to_timestamp('CreatedDate') }} as created_at,
        {{ to_timestamp('SystemModstamp') }} as modified_at,
        -- lineage
        {{ lineage('salesforce', 'Id') }}
    from latest

),

final as (

    select * from typed
    where not coalesce(is_deleted, false)

)

select * from final
