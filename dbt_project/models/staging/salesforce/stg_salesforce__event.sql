with source_rows as (

    select * from {{ source('salesforce', 'Event') }}

),

latest as (

    {{ latest_versions('source_rows', key=['Id'], version='SystemModstamp') }}

),

typed as (

    select
        -- keys
        {{ to_id('Id') }} as event_id,
        {{ to_id('AccountId') }} as account_id,
        {{ to_id('WhoId') }} as contact_id,
        {{ to_id('OwnerId') }} as owner_user_id,
        -- attributes
        {{ to_text('Subject') }} as subject,
        {{ to_text('Type') }} as event_type,
        {{ to_integer('DurationInMinutes') }} as duration_minutes,
        {{ to_boolean('Attended__c') }} as has_attended,
        -- state
        {{ to_timestamp('StartDateTime') }} as started_at,
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
