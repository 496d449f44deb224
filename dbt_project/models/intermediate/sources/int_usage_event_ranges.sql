-- Grain: account x business day x load and file: the rows of the file between which the account's events of the day lie.
with events as (

    select
        account_id,
        occurred_at,
        source_name,
        source_object,
        source_file,
        source_row_number,
        load_id,
        source_row_hashes
    from {{ ref('int_usage_events_checked') }}
    where is_usable

),

parameters as (

    select time_zone from {{ ref('stg_build__parameters') }}

),

final as (

    select
        events.account_id,
        {{ business_date('events.occurred_at', 'parameters.time_zone') }} as used_on,
        events.source_name,
        events.source_object,
        events.source_file,
        events.load_id,
        min(events.source_row_number) as row_from,
        max(events.source_row_number) as row_to,
        count(*) as row_count,
        {{ range_hash('events.source_row_hashes', 'events.source_row_number') }} as row_hash
    from events
    cross join parameters
    group by
        events.account_id,
        {{ business_date('events.occurred_at', 'parameters.time_zone') }},
        events.source_name,
        events.source_object,
        events.source_file,
        events.load_id

)

select
    account_id,
    used_on,
    source_name,
    source_object,
    source_file,
    load_id,
    row_from,
    row_to,
    row_count,
    row_hash
from final
