with source_rows as (

    select * from {{ source('canonical', 'tickets') }}

),

latest as (

    {{ latest_versions('source_rows', key=['ticket_id']) }}

),

final as (

    select
        {{ to_id('ticket_id') }} as ticket_id,
        {{ to_id('account_id') }} as account_id,
        {{ to_timestamp('opened_at') }} as opened_at,
        {{ to_timestamp('solved_at') }} as solved_at,
        {{ to_text('priority') }} as priority,
        {{ to_text('status') }} as status,
        {{ lineage('canonical', 'ticket_id') }}
    from latest

)

select * from final
