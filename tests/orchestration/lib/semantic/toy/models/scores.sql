select *
from (
    values
    (date '2025-01-31', 'total', 'all', 0.9),
    (date '2025-02-28', 'total', 'all', 0.8),
    (date '2025-03-31', 'total', 'all', 0.7),
    (date '2025-04-30', 'total', 'all', 0.6),
    (date '2025-03-31', 'region', 'north', 0.5),
    (date '2025-03-31', 'region', 'south', 0.4),
    (date '2025-04-30', 'region', 'north', 0.3),
    (date '2025-04-30', 'size', 'big', 0.2)
) as scores (month_end, dimension, dimension_value, score)
