with source_rows as (

    select * from {{ source('salesforce', 'OpportunityContactRole') }}

),

latest as (

    {{ latest_versions('source_rows', key=['Id'], version='SystemModstamp') }}

),

final as (

    select
        -- keys
        {{ to_id('Id') }} as opportunity_contact_role_id,
        {{ to_id('OpportunityId') }} as opportunity_id,
        {{ to_id('ContactId') }} as contact_id,
        -- attributes
        {{ to_text('Role') }} as role,
        {{ to_boolean('IsPrimary') }} as is_primary,
        -- state
        {{ to_timestamp('SystemModstamp') }} as modified_at,
        -- lineage
        {{ lineage('salesforce', 'Id') }}
    from latest

)

select * from final
