with milestones as (

    select * from {{ ref('stg_salesforce__milestone') }}

),

final as (

    select
        milestone_id,
        onboarding_id,
        milestone_name as name,
        kind,
        due_on,
        achieved_on,
        is_first_value,
        {{ select_columns(lineage_columns()) }}
    from milestones

)

select * from final
