with source_rows as (

    select * from {{ source('salesforce', 'OpportunityFieldHistory') }}

),

latest as (

    {{ latest_versions('source_rows', key=['Id']) }}

),

final as (

    select
        -- keys
        {{ to_id('Id') }} as opportunity_field_history_id,
        {{ to_id('OpportunityId') }} as opportunity_id,
        {{ to_id('CreatedById') }} as changed_by_user_id,
        -- change
        {{ to_text('Field') }} as field_name,
        {{ to_text('OldValue') }} as old_value,
        {{ to_text('NewValue') }} as new_value,
        {{ to_timestamp('CreatedDate') }} as changed_at,
        -- lineage
        {{ lineage('salesforce', 'Id') }}
    from latest

)

select * from final
