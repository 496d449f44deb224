with source_rows as (

    select * from {{ source('segment', 'track') }}

),

latest as (

    {{ latest_versions('source_rows', key=['messageId']) }}

),

final as (

    select
        -- keys
        {{ to_id('messageId') }} as message_id,
        {{ to_id('groupId') }} as group_id,
        {{ to_id('userId') }} as user_id,
        {{ to_id('anonymousId') }} as anonymous_id,
        -- event
        {{ to_text('type') }} as call_type,
        {{ to_text('event') }} as event_name,
        {{ to_text('feature') }} as feature,
        {{ to_timestamp('timestamp') }} as occurred_at,
        {{ to_timestamp('receivedAt') }} as received_at,
        -- lineage
        {{ lineage('segment', 'messageId') }}
    from latest

)

select * from final
