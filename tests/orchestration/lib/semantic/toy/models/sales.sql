-- `manager` is the seller's own, not the site's; one sale has no site.
select *
from (
    values
    ('1', 's1', date '2025-01-15', cast(100.10 as decimal(18, 2)), 'web', 'Cy', 3),
    ('2', 's2', date '2025-01-20', 20.00, 'web', 'Di', 6),
    ('3', 's2', date '2025-03-05', 50.00, 'shop', 'Cy', 1),
    ('4', null, date '2025-03-09', 1.00, 'shop', 'Cy', null),
    ('5', 's1', date '2025-05-02', 7.50, 'web', 'Cy', 2)
) as sales (sale_id, site_id, sold_on, amount, channel, manager, days_to_ship)
