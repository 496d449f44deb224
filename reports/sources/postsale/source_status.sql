-- Each canonical object: connected or not, what it feeds, how fresh it is.
select
    source_status.canonical_object,
    source_status.is_connected,
    source_status.feeds,
    source_status.sources,
    cast(source_status.rows as double) as rows_loaded,
    strftime(source_status.latest_event_on, '%-d %b %Y') as latest_event_on,
    strftime(source_status.last_loaded_at, '%-d %b %Y %H:%M') as last_loaded_at,
    cast(source_status.quarantined_rows as double) as quarantined_rows,
    source_status.is_stale
from (select 1 as one) as always_one_row
left join metrics.source_status as source_status on true
