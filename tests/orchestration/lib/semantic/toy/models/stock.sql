-- s2 has stock in January and February and no row at all from March on.
select *
from (
    values
    ('s1-1', 's1', date '2025-01-31', cast(10 as decimal(18, 2)), cast(0 as decimal(18, 2))),
    ('s2-1', 's2', date '2025-01-31', 5, 0),
    ('s1-2', 's1', date '2025-02-28', 10, 10),
    ('s2-2', 's2', date '2025-02-28', 5, 5),
    ('s1-3', 's1', date '2025-03-31', 10, 10),
    ('s1-4', 's1', date '2025-04-30', 12.5, 10)
) as stock (stock_id, site_id, month_end, units, previous_units)
