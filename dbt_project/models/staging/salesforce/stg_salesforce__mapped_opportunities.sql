with opportunities as (

    select * from {{ ref('stg_salesforce__opportunity') }}

),

users as (

    select * from {{ ref('stg_salesforce__user') }}

),

parameters as (

    select time_zone from {{ ref('stg_build__parameters') }}

),

-- one row per opportunity: users are unique by their id
final as (

    select
        -- keys
        opportunities.opportunity_id,
        opportunities.account_id,
        -- attributes
        case opportunities.opportunity_type
            when 'New Business' then 'new'
            when 'Renewal' then 'renewal'
            when 'Expansion' then 'expansion'
        end as type,
        opportunities.stage,
        -- money
        opportunities.amount,
        opportunities.currency,
        -- state: the close date is a plan until the deal is closed
        {{ business_date('opportunities.created_at', 'parameters.time_zone') }} as created_on,
        opportunities.close_on as expected_close_on,
        opportunities.probability,
        case when opportunities.is_closed then opportunities.close_on end as closed_on,
        case when opportunities.is_closed then opportunities.is_won end as is_won,
        -- cause
        opportunities.motion,
        users.email as owner_email,
        opportunities.loss_reason,
        -- lineage
        {{ select_columns(lineage_columns()[:-1], 'opportunities') }},
        {{ join_hashes(['opportunities.source_row_hashes', 'users.source_row_hashes']) }} as source_row_hashes
    from opportunities
    cross join parameters
    left join users
        on opportunities.owner_user_id = users.user_id

)

select * from final
