with source_rows as (

    select * from {{ source('canonical', 'handoffs') }}

),

latest as (

    {{ latest_versions('source_rows', key=['handoff_id']) }}

),

final as (

    select
        {{ to_id('handoff_id') }} as handoff_id,
        {{ to_id('account_id') }} as account_id,
        {{ to_text('kind') }} as kind,
        {{ to_timestamp('handed_off_at') }} as handed_off_at,
        {{ to_email('from_email') }} as from_email,
        {{ to_email('to_email') }} as to_email,
        {{ to_text('goals') }} as goals,
        {{ to_text('success_criteria') }} as success_criteria,
        {{ to_text('stakeholder_sponsor') }} as stakeholder_sponsor,
        {{ to_text('stakeholder_champion') }} as stakeholder_champion,
        {{ to_text('stakeholder_technical') }} as stakeholder_technical,
        {{ to_text('stakeholder_detractors') }} as stakeholder_detractors,
        {{ to_text('technical_requirements') }} as technical_requirements,
        {{ to_text('timeline_expectations') }} as timeline_expectations,
        {{ to_text('promises_and_commitments') }} as promises_and_commitments,
        {{ to_text('competitive_context') }} as competitive_context,
        {{ to_text('configuration_choices') }} as configuration_choices,
        {{ to_text('stakeholders_and_priorities') }} as stakeholders_and_priorities,
        {{ to_text('risks') }} as risks,
        {{ to_text('expansion_opportunities') }} as expansion_opportunities,
        {{ to_text('value_milestones_reached') }} as value_milestones_reached,
        {{ to_text('value_milestones_open') }} as value_milestones_open,
        {{ to_text('engagement_levels') }} as engagement_levels,
        {{ to_text('outstanding_issues') }} as outstanding_issues,
        {{ to_text('playbook_deviations') }} as playbook_deviations,
        {{ lineage('canonical', 'handoff_id') }}
    from latest

)

select * from final
