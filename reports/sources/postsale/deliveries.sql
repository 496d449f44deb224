-- Each object of each configured source: how full, how fresh, how much was refused.
select
    source_status.source,
    source_status.connector,
    source_status.object,
    source_status.canonical_object,
    source_status.is_connected,
    cast(source_status.row_count as double) as row_count,
    cast(source_status.quarantined_rows as double) as quarantined_rows,
    strftime(source_status.latest_event_on, '%-d %b %Y') as latest_event_on,
    strftime(source_status.last_loaded_at, '%-d %b %Y %H:%M') as last_loaded_at,
    source_status.is_stale
from (select 1 as one) as always_one_row
left join audit.source_status as source_status on true
