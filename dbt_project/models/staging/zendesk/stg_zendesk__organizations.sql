with source_rows as (

    select * from {{ source('zendesk', 'organizations') }}

),

latest as (

    {{ latest_versions('source_rows', key=['id'], version='updated_at') }}

),

final as (

    select
        -- keys
        {{ to_id('id') }} as organization_id,
        {{ to_id('external_id') }} as external_id,
        -- attributes
        {{ to_text('name') }} as organization_name,
        -- state
        {{ to_timestamp('updated_at') }} as modified_at,
        -- lineage
        {{ lineage('zendesk', 'id') }}
    from latest

)

select * from final
