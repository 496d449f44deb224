-- Rows that were refused, where they are and why. The refused values stay in the warehouse: they may
-- hold an e-mail address, and no address leaves it.
select
    quarantine.source,
    quarantine.object,
    quarantine.file,
    cast(quarantine.row_number as double) as row_number,
    quarantine.reason,
    quarantine.column_name,
    quarantine.stage,
    strftime(quarantine.loaded_at, '%Y-%m-%d %H:%M') as loaded_at
from (select 1 as one) as always_one_row
left join audit.quarantine as quarantine on true
order by quarantine.loaded_at desc, quarantine.object asc, quarantine.file asc, quarantine.row_number asc
limit 1000
