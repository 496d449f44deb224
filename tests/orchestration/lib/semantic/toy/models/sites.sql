-- Two places; a third, without rows, is named like the label of a total.
select 's1' as site_id, 'north' as region, 'big' as size, 'Ada' as manager
union all select 's2', 'south', 'small', 'Bo'
union all select 's3', 'All', 'big', 'Ada'
