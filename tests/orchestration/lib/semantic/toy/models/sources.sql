select 'stock' as object, true as is_connected
union all select 'sales', true
union all select 'returns', false
