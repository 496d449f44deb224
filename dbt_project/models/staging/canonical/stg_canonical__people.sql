with versions as (

    select * from {{ ref('stg_canonical__person_versions') }}

),

final as (

    select
        email,
        full_name,
        function,
        team,
        manager_email,
        weekly_capacity_hours,
        loaded_hourly_cost,
        started_on,
        ended_on,
        {{ lineage_columns() | join(',\n        ') }}
    from versions
    where is_latest_version

)

select * from final
