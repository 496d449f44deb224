with versions as (

    select * from {{ ref('stg_harvest__user_versions') }}

),

parameters as (

    select time_zone from {{ ref('stg_build__parameters') }}

),

final as (

    select
        -- keys
        versions.email,
        -- attributes: time tracking knows neither function nor team
        nullif(trim(concat_ws(' ', versions.first_name, versions.last_name)), '') as full_name,
        cast(null as {{ dbt.type_string() }}) as function,
        cast(null as {{ dbt.type_string() }}) as team,
        cast(null as {{ dbt.type_string() }}) as manager_email,
        -- capacity and cost
        cast(
            versions.weekly_capacity_seconds / cast(3600 as decimal(18, 4)) as decimal(18, 4)
        ) as weekly_capacity_hours,
        versions.cost_rate as loaded_hourly_cost,
        -- state
        cast(null as date) as started_on,
        cast(null as date) as ended_on,
        {{ business_date('versions.modified_at', 'parameters.time_zone') }} as valid_from,
        false as is_dated_by_delivery,
        versions.version_number,
        versions.is_latest_version,
        -- lineage
        {{ select_columns(lineage_columns(), 'versions') }}
    from versions
    cross join parameters

)

select * from final
