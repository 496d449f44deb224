with source_rows as (

    select * from {{ source('harvest', 'users') }}

),

versions as (

    {{ all_versions('source_rows', key=['id'], version='updated_at') }}

),

final as (

    select
        -- keys
        {{ to_id('id') }} as user_id,
        -- attributes
        {{ to_text('first_name') }} as first_name,
        {{ to_text('last_name') }} as last_name,
        {{ to_email('email') }} as email,
        -- capacity and cost
        {{ to_integer('weekly_capacity') }} as weekly_capacity_seconds,
        {{ to_decimal('cost_rate') }} as cost_rate,
        -- state
        {{ to_boolean('is_active') }} as is_active,
        {{ to_timestamp('created_at') }} as created_at,
        {{ to_timestamp('updated_at') }} as modified_at,
        version_number,
        is_latest_version,
        -- lineage
        {{ lineage('harvest', 'id') }}
    from versions

)

select * from final
