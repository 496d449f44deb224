with source_rows as (

    select * from {{ source('canonical', 'usage_events') }}

),

latest as (

    {{ latest_versions('source_rows', key=['event_id']) }}

),

final as (

    select
        {{ to_id('event_id') }} as event_id,
        {{ to_id('account_id') }} as account_id,
        {{ to_id('user_id') }} as user_id,
        {{ to_text('event_name') }} as event_name,
        {{ to_timestamp('occurred_at') }} as occurred_at,
        {{ to_text('feature') }} as feature,
        {{ lineage('canonical', 'event_id') }}
    from latest

)

select * from final
