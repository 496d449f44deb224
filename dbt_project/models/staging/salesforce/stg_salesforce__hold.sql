with source_rows as (

    select * from {{ source('salesforce', 'Hold__c') }}

),

latest as (

    {{ latest_versions('source_rows', key=['Id'], version='SystemModstamp') }}

),

typed as (

    select
        -- keys
        {{ to_id('Id') }} as hold_id,
        {{ to_id('Onboarding__c') }} as onboarding_id,
        -- period
        {{ to_date('From_Date__c') }} as from_on,
        {{ to_date('To_Date__c') }} as to_on,
        -- attributes
        {{ to_text('Party__c') }} as party,
        {{ to_text('Reason__c') }} as reason,
        -- state
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
