select
    canonical_object, is_connected, feeds, sources, rows_loaded,
    latest_event_on, last_loaded_at, quarantined_rows, is_stale
from postsale.source_status
where canonical_object is not null
order by is_connected desc, canonical_object
