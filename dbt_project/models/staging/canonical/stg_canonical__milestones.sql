with source_rows as (

    select * from {{ source('canonical', 'milestones') }}

),

latest as (

    {{ latest_versions('source_rows', key=['milestone_id']) }}

),

final as (

    select
        {{ to_id('milestone_id') }} as milestone_id,
        {{ to_id('onboarding_id') }} as onboarding_id,
        {{ to_text('name') }} as name,
        {{ to_text('kind') }} as kind,
        {{ to_date('due_on') }} as due_on,
        {{ to_date('achieved_on') }} as achieved_on,
        {{ to_boolean('is_first_value') }} as is_first_value,
        {{ lineage('canonical', 'milestone_id') }}
    from latest

)

select * from final
