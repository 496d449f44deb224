with source_rows as (

    select * from {{ source('canonical', 'people') }}

),

parameters as (

    select time_zone from {{ ref('stg_build__parameters') }}

),

versions as (

    {{ all_versions('source_rows', key=['email'], ignore_case=['email']) }}

),

final as (

    select
        {{ to_email('email') }} as email,
        {{ to_text('full_name') }} as full_name,
        {{ to_text('function') }} as function,
        {{ to_text('team') }} as team,
        {{ to_email('manager_email') }} as manager_email,
        {{ to_decimal('weekly_capacity_hours', 18, 4) }} as weekly_capacity_hours,
        {{ to_decimal('loaded_hourly_cost') }} as loaded_hourly_cost,
        {{ to_date('started_on') }} as started_on,
        {{ to_date('ended_on') }} as ended_on,
        {{ business_date('_known_at', 'parameters.time_zone') }} as valid_from,
        -- files say nothing of when a value changed, only of when it arrived
        true as is_dated_by_delivery,
        versions.version_number,
        versions.is_latest_version,
        {{ lineage('canonical', 'email') }}
    from versions
    cross join parameters

)

select * from final
