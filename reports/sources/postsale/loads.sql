-- The load ledger, newest first: arrived = loaded + duplicate + quarantined.
select
    load.load_id,
    load.source,
    load.object,
    load.file,
    strftime(load.loaded_at, '%Y-%m-%d %H:%M') as loaded_at,
    load.status,
    cast(load.rows_arrived as double) as rows_arrived,
    cast(load.rows_loaded as double) as rows_loaded,
    cast(load.rows_duplicate as double) as rows_duplicate,
    cast(load.rows_quarantined as double) as rows_quarantined,
    cast(load.rows_late as double) as rows_late
from (select 1 as one) as always_one_row
left join audit.load as load on true
order by load.load_id desc
limit 1000
