with source_rows as (

    select * from {{ source('salesforce', 'SBQQ__Subscription__c') }}

),

latest as (

    {{ latest_versions('source_rows', key=['Id'], version='SystemModstamp') }}

),

typed as (

    select
        -- keys
        {{ to_id('Id') }} as subscription_id,
        {{ to_id('SBQQ__Account__c') }} as account_id,
        {{ to_id('SBQQ__Contract__c') }} as contract_id,
        {{ to_id('Opportunity__c') }} as opportunity_id,
        -- attributes
        {{ to_text('SBQQ__ProductName__c') }} as product,
        {{ to_decimal('SBQQ__Quantity__c') }} as quantity,
        {{ to_decimal('SBQQ__RenewalQuantity__c') }} as renewal_quantity,
        -- money
        {{ to_decimal('SBQQ__NetPrice__c') }} as net_price,
        {{ to_decimal('ARR__c') }} as arr,
        {{ to_currency('CurrencyIsoCode') }} as currency,
        -- state
        {{ to_date('SBQQ__SubscriptionStartDate__c') }} as start_date,
        {{ to_date('SBQQ__SubscriptionEndDate__c') }} as end_date,
        {{ to_date('SBQQ__TerminatedDate__c') }} as terminated_on,
        {{ to_boolean('IsDeleted') }} as is_deleted,
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
