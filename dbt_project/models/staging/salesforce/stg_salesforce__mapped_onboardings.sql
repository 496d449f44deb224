with onboardings as (

    select * from {{ ref('stg_salesforce__onboarding') }}

),

users as (

    select * from {{ ref('stg_salesforce__user') }}

),

-- one row per onboarding: users are unique by their id
final as (

    select
        {{ select_columns(canonical_columns('onboardings') | reject('in', ['owner_email']) | list, 'onboardings') }},
        users.email as owner_email,
        {{ select_columns(lineage_columns()[:-1], 'onboardings') }},
        {{ join_hashes(['onboardings.source_row_hashes', 'users.source_row_hashes']) }} as source_row_hashes
    from onboardings
    left join users
        on onboardings.owner_user_id = users.user_id

)

select * from final
