select cast('2025-01-01' as date) as first_on, cast('2025-05-20' as date) as as_of, cast('2025-04-30' as date) as last_closed_on
