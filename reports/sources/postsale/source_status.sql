-- Each canonical object: connected or not, and the metrics that it feeds.
select
    source_status.object as canonical_object,
    source_status.is_connected,
    source_status.feeds
from (select 1 as one) as always_one_row
left join metrics.source_status as source_status on true
