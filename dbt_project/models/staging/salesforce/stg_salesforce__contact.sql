with source_rows as (

    select * from {{ source('salesforce', 'Contact') }}

),

latest as (

    {{ latest_versions('source_rows', key=['Id'], version='SystemModstamp') }}

),

typed as (

    select
        -- keys
        {{ to_id('Id') }} as contact_id,
        {{ to_id('AccountId') }} as account_id,
        -- attributes
        {{ to_text('FirstName') }} as first_name,
        {{ to_text('LastName') }} as last_name,
        {{ to_email('Email') }} as email,
        {{ to_text('Title') }} as title,
        {{ to_text('Role__c') }} as role,
        -- state
        {{ to_date('From_Date__c') }} as from_on,
        {{ to_date('Left_Date__c') }} as left_on,
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
