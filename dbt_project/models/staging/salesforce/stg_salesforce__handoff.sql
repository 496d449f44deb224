with source_rows as (

    select * from {{ source('salesforce', 'Handoff__c') }}

),

latest as (

    {{ latest_versions('source_rows', key=['Id'], version='SystemModstamp') }}

),

typed as (

    select
        -- keys
        {{ to_id('Id') }} as handoff_id,
        {{ to_id('Account__c') }} as account_id,
        {{ to_id('From_User__c') }} as from_user_id,
        {{ to_id('To_User__c') }} as to_user_id,
        -- event
        {{ to_text('Kind__c') }} as kind,
        {{ to_timestamp('Handed_Off_At__c') }} as handed_off_at,
        -- what is handed over
        {{ to_text('Goals__c') }} as goals,
        {{ to_text('Success_Criteria__c') }} as success_criteria,
        {{ to_text('Stakeholder_Sponsor__c') }} as stakeholder_sponsor,
        {{ to_text('Stakeholder_Champion__c') }} as stakeholder_champion,
        {{ to_text('Stakeholder_Technical__c') }} as stakeholder_technical,
        {{ to_text('Stakeholder_Detractors__c') }} as stakeholder_detractors,
        {{ to_text('Technical_Requirements__c') }} as technical_requirements,
        {{ to_text('Timeline_Expectations__c') }} as timeline_expectations,
        {{ to_text('Promises_And_Commitments__c') }} as promises_and_commitments,
        {{ to_text('Competitive_Context__c') }} as competitive_context,
        {{ to_text('Configuration_Choices__c') }} as configuration_choices,
        {{ to_text('Stakeholders_And_Priorities__c') }} as stakeholders_and_priorities,
        {{ to_text('Risks__c') }} as risks,
        {{ to_text('Expansion_Opportunities__c') }} as expansion_opportunities,
        {{ to_text('Value_Milestones_Reached__c') }} as value_milestones_reached,
        {{ to_text('Value_Milestones_Open__c') }} as value_milestones_open,
        {{ to_text('Engagement_Levels__c') }} as engagement_levels,
        {{ to_text('Outstanding_Issues__c') }} as outstanding_issues,
        {{ to_text('Playbook_Deviations__c') }} as playbook_deviations,
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
