with source_rows as (

    select * from {{ source('salesforce', 'Milestone__c') }}

),

latest as (

    {{ latest_versions('source_rows', key=['Id'], version='SystemModstamp') }}

),

typed as (

    select
        -- keys
        {{ to_id('Id') }} as milestone_id,
        {{ to_id('Onboarding__c') }} as onboarding_id,
        -- attributes
        {{ to_text('Name') }} as milestone_name,
        {{ to_text('Kind__c') }} as kind,
        {{ to_boolean('Is_First_Value__c') }} as is_first_value,
        -- state
        {{ to_date('Due_Date__c') }} as due_on,
        {{ to_date('Achieved_Date__c') }} as achieved_on,
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
