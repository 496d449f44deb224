select
    load_id, source, object, file, loaded_at, status,
    rows_arrived, rows_loaded, rows_duplicate, rows_quarantined, rows_late
from postsale.loads
where load_id is not null
order by load_id desc
