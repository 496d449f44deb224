with source_rows as (

    select * from {{ source('salesforce', 'User') }}

),

versions as (

    {{ all_versions('source_rows', key=['Id'], version='SystemModstamp') }}

),

final as (

    select
        -- keys
        {{ to_id('Id') }} as user_id,
        {{ to_id('ManagerId') }} as manager_user_id,
        -- attributes
        {{ to_text('Name') }} as full_name,
        {{ to_email('Email') }} as email,
        {{ to_text('Department') }} as department,
        {{ to_text('Title') }} as title,
        {{ to_text('Function__c') }} as function,
        -- capacity and cost
        {{ to_decimal('Weekly_Capacity_Hours__c', 18, 4) }} as weekly_capacity_hours,
        {{ to_decimal('Loaded_Hourly_Cost__c') }} as loaded_hourly_cost,
        -- state
        {{ to_boolean('IsActive') }} as is_active,
        {{ to_date('Start_Date__c') }} as started_on,
        {{ to_date('End_Date__c') }} as ended_on,
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
