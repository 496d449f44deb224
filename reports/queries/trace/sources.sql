-- The raw rows of the chosen number.
select role, source, object, file, row_from, row_to, row_count, row_hash, loaded_at
from postsale.headline_sources
where metric = '${inputs.number.value}'
order by list_position(['record', 'measure', 'policy', 'calendar', 'slice'], role), source, object, file, row_from
