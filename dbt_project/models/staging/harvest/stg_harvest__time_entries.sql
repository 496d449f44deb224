with source_rows as (

    select * from {{ source('harvest', 'time_entries') }}

),

latest as (

    {{ latest_versions('source_rows', key=['id'], version='updated_at') }}

),

final as (

    select
        -- keys
        {{ to_id('id') }} as time_entry_id,
        {{ to_id('user_id') }} as user_id,
        {{ to_id('client_id') }} as client_id,
        {{ to_id('project_id') }} as project_id,
        {{ to_id('task_id') }} as task_id,
        -- names
        {{ to_text('user_name') }} as user_name,
        {{ to_text('client_name') }} as client_name,
        {{ to_text('project_name') }} as project_name,
        {{ to_text('task_name') }} as task_name,
        -- work
        {{ to_date('spent_date') }} as spent_on,
        {{ to_decimal('hours', 18, 4) }} as hours,
        {{ to_boolean('billable') }} as is_billable,
        {{ to_text('notes') }} as notes,
        -- state
        {{ to_timestamp('created_at') }} as created_at,
        {{ to_timestamp('updated_at') }} as modified_at,
        -- lineage
        {{ lineage('harvest', 'id') }}
    from latest

)

select * from final
