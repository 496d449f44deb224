with source_rows as (

    select * from {{ source('salesforce', 'Onboarding__c') }}

),

latest as (

    {{ latest_versions('source_rows', key=['Id'], version='SystemModstamp') }}

),

typed as (

    select
        -- keys
        {{ to_id('Id') }} as onboarding_id,
        {{ to_id('Account__c') }} as account_id,
        {{ to_id('OwnerId') }} as owner_user_id,
        -- milestones in time
        {{ to_date('Contract_Signed_Date__c') }} as contract_signed_on,
        {{ to_date('Kickoff_Date__c') }} as kickoff_on,
        {{ to_date('Planned_Go_Live_Date__c') }} as planned_go_live_on,
        {{ to_date('Go_Live_Date__c') }} as go_live_on,
        {{ to_date('Exited_Date__c') }} as exited_on,
        -- attributes
        {{ to_text('Status__c') }} as status,
        {{ to_text('Configuration__c') }} as configuration,
        -- effort and money
        {{ to_decimal('Planned_Hours__c', 18, 4) }} as planned_hours,
        {{ to_decimal('Services_Fee__c') }} as services_fee,
        -- satisfaction
        {{ to_decimal('CSAT_At_Go_Live__c') }} as csat_at_go_live,
        {{ to_decimal('NPS_At_Completion__c') }} as nps_at_completion,
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
