-- Grain: account x business day x load and file: the rows of the file between which the account's events of the day lie.
with parameters as (

    select
        as_of,
        time_zone
    from {{ ref('stg_build__parameters') }}

),

events as (

    select
        usage_events.account_id,
        {{ business_date('usage_events.occurred_at', 'parameters.time_zone') }} as used_on,
        parameters.as_of,
        usage_events.source_name,
        usage_events.source_object,
        usage_events.source_file,
        usage_events.load_id,
        usage_events.source_row_number as row_number,
        usage_events.source_row_hashes as row_hash
    from {{ ref('int_usage_events_checked') }} as usage_events
    cross join parameters
    where usage_events.is_usable

),

final as (

    select
        account_id,
        used_on,
        used_on <= as_of as is_seen,
        source_name,
        source_object,
        source_file,
        load_id,
        min(row_number) as row_from,
        max(row_number) as row_to,
        count(*) as row_count,
        {{ range_hash('row_hash', 'row_number') }} as row_hash
    from events
    group by account_id, used_on, as_of, source_name, source_object, source_file, load_id

)

select
    account_id,
    used_on,
    is_seen,
    source_name,
    source_object,
    source_file,
    load_id,
    row_from,
    row_to,
    row_count,
    row_hash
from final
