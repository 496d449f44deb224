with source_rows as (

    select * from {{ source('salesforce', 'Account') }}

),

versions as (

    {{ all_versions('source_rows', key=['Id'], version='SystemModstamp') }}

),

final as (

    select
        -- keys
        {{ to_id('Id') }} as account_id,
        {{ to_id('ParentId') }} as parent_account_id,
        {{ to_id('OwnerId') }} as owner_user_id,
        -- attributes
        {{ to_text('Name') }} as account_name,
        {{ to_text('Industry') }} as industry,
        {{ to_text('BillingCountry') }} as billing_country,
        {{ to_text('Region__c') }} as region,
        {{ to_text('Segment__c') }} as segment,
        -- money
        {{ to_decimal('ACV__c') }} as acv,
        -- state
        {{ to_boolean('IsDeleted') }} as is_deleted,
        {{ to_timestamp('CreatedDate') }} as created_at,
        {{ to_timestamp('LastModifiedDate') }} as last_modified_at,
        {{ to_timestamp('SystemModstamp') }} as modified_at,
        version_number,
        is_latest_version,
        -- lineage
        {{ lineage('salesforce', 'Id') }}
    from versions

)

select * from final
