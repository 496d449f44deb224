-- Configured sources first; objects that no source delivers follow below, once each, from shared/status.
select
    source, connector, object, canonical_object, is_connected,
    row_count, quarantined_rows, latest_event_on, last_loaded_at, is_stale
from postsale.deliveries
where is_connected or coalesce(source, '') <> ''
order by is_connected desc, source, object
