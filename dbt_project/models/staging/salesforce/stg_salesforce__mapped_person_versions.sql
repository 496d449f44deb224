with versions as (

    select * from {{ ref('stg_salesforce__user_versions') }}

),

managers as (

    select * from {{ ref('stg_salesforce__user') }}

),

parameters as (

    select time_zone from {{ ref('stg_build__parameters') }}

),

-- one row per version: managers are unique by their id
final as (

    select
        -- keys
        versions.email,
        -- attributes
        versions.full_name,
        versions.function,
        versions.department as team,
        managers.email as manager_email,
        -- capacity and cost
        versions.weekly_capacity_hours,
        versions.loaded_hourly_cost,
        -- state
        versions.started_on,
        versions.ended_on,
        {{ business_date('versions.last_modified_at', 'parameters.time_zone') }} as valid_from,
        false as is_dated_by_delivery,
        versions.version_number,
        versions.is_latest_version,
        -- lineage
        {{ select_columns(lineage_columns()[:-1], 'versions') }},
        {{ join_hashes(['versions.source_row_hashes', 'managers.source_row_hashes']) }} as source_row_hashes
    from versions
    cross join parameters
    left join managers
        on versions.manager_user_id = managers.user_id

)

select * from final
