with gathered as (

    {{ union_mapped(
        'milestones',
        [
            ref('stg_salesforce__mapped_milestones'),
            ref('stg_canonical__milestones'),
        ]
    ) }}

),

onboardings as (

    select onboarding_id from {{ ref('int_onboardings_unioned') }}

),

-- one row per row of `gathered`: onboardings are unique by their id
final as (

    select
        {{ select_columns(canonical_columns('milestones') + lineage_columns(), 'gathered') }},
        {{ reference_fault('unknown_onboarding', 'onboarding_id', 'onboardings.onboarding_id', 'onboarding') }}
    from gathered
    left join onboardings
        on gathered.onboarding_id = onboardings.onboarding_id

)

select {{ select_columns(canonical_columns('milestones') + lineage_columns() + fault_columns()) }}
from final
