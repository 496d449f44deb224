with versions as (

    select * from {{ ref('stg_salesforce__account_versions') }}

),

live_accounts as (

    select account_id from {{ ref('stg_salesforce__account') }}

),

users as (

    select * from {{ ref('stg_salesforce__user') }}

),

parameters as (

    select time_zone from {{ ref('stg_build__parameters') }}

),

-- one row per version: users and live accounts are unique by their id
final as (

    select
        -- keys
        versions.account_id,
        versions.account_name,
        versions.parent_account_id,
        -- attributes
        versions.acv,
        versions.industry,
        versions.region,
        {{ business_date('versions.created_at', 'parameters.time_zone') }} as created_on,
        -- the owner counts as CSM while owning accounts is their function: sales own them before
        case when users.function = 'success' then users.email end as csm_email,
        {{ policy_name('versions.segment') }} as segment,
        -- state
        {{ business_date('versions.last_modified_at', 'parameters.time_zone') }} as valid_from,
        false as is_dated_by_delivery,
        versions.version_number,
        versions.is_latest_version,
        -- lineage
        {{ select_columns(lineage_columns()[:-1], 'versions') }},
        {{ join_hashes(['versions.source_row_hashes', 'users.source_row_hashes']) }} as source_row_hashes
    from versions
    inner join live_accounts
        on versions.account_id = live_accounts.account_id
    cross join parameters
    left join users
        on versions.owner_user_id = users.user_id

)

select * from final
