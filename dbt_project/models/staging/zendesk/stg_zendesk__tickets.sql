with source_rows as (

    select * from {{ source('zendesk', 'tickets') }}

),

latest as (

    {{ latest_versions('source_rows', key=['id'], version='updated_at') }}

),

final as (

    select
        -- keys
        {{ to_id('id') }} as ticket_id,
        {{ to_id('organization_id') }} as organization_id,
        -- attributes
        {{ to_text('subject') }} as subject,
        {{ to_text('priority') }} as priority,
        {{ to_text('status') }} as status,
        -- state
        {{ to_timestamp('created_at') }} as created_at,
        {{ to_timestamp('updated_at') }} as modified_at,
        -- lineage
        {{ lineage('zendesk', 'id') }}
    from latest

)

select * from final
