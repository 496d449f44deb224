with responses as (

    select * from {{ ref('stg_delighted__survey_responses') }}

),

final as (

    select
        response_id,
        account_id,
        case
            when survey_type = 'csat' then 'csat'
            when purpose = 'onboarding' then 'onboarding_nps'
            else 'nps'
        end as kind,
        score,
        created_at as responded_at,
        {{ select_columns(lineage_columns()) }}
    from responses

)

select * from final
