-- The 24 months to the last closed one, by function.
select month, month_label, function, utilization, capacity_hours
from postsale.utilization
where
    team = 'All'
    and function <> 'All'
    and month in (
        select distinct month
        from postsale.utilization
        where month <= (select last_closed_month from postsale.build)
        order by month desc
        limit 24
    )
order by month, function
