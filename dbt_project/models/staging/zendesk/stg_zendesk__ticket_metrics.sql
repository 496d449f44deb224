with source_rows as (

    select * from {{ source('zendesk', 'ticket_metrics') }}

),

latest as (

    {{ latest_versions('source_rows', key=['id'], version='updated_at') }}

),

final as (

    select
        -- keys
        {{ to_id('id') }} as ticket_metric_id,
        {{ to_id('ticket_id') }} as ticket_id,
        -- state
        {{ to_timestamp('created_at') }} as created_at,
        {{ to_timestamp('solved_at') }} as solved_at,
        {{ to_timestamp('updated_at') }} as modified_at,
        -- lineage
        {{ lineage('zendesk', 'id') }}
    from latest

)

select * from final
