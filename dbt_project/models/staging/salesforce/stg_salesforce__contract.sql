with source_rows as (

    select * from {{ source('salesforce', 'Contract') }}

),

latest as (

    {{ latest_versions('source_rows', key=['Id'], version='SystemModstamp') }}

),

typed as (

    select
        -- keys
        {{ to_id('Id') }} as contract_id,
        {{ to_id('AccountId') }} as account_id,
        {{ to_id('SBQQ__Opportunity__c') }} as opportunity_id,
        -- attributes
        {{ to_text('ContractNumber') }} as contract_number,
        {{ to_integer('ContractTerm') }} as term_months,
        -- state
        {{ to_text('Status') }} as status,
        {{ to_date('StartDate') }} as start_date,
        {{ to_date('EndDate') }} as end_date,
        {{ to_date('CompanySignedDate') }} as signed_on,
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
