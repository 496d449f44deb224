-- The raw rows behind each headline number, as far as a page lists them: the weightiest first.
select
    headline_source.metric,
    headline_source.role,
    headline_source.source,
    headline_source.object,
    headline_source.file,
    cast(headline_source.row_from as double) as row_from,
    cast(headline_source.row_to as double) as row_to,
    cast(headline_source.row_count as double) as row_count,
    left(headline_source.row_hash, 16) as row_hash,
    strftime(headline_source.loaded_at, '%Y-%m-%d %H:%M') as loaded_at
from (select 1 as one) as always_one_row
left join audit.headline_source as headline_source on true
order by headline_source.metric
