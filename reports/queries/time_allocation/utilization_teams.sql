select team, month_label, capacity_hours, utilization, utilization_change_12m
from postsale.utilization
where
    team <> 'All'
    and function = 'All'
    and capacity_hours > 0
    and month = (select last_closed_month from postsale.build)
order by utilization desc, team
