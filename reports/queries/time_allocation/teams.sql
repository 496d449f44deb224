-- Teams in the last complete quarter.
select
    team, quarter_label, hours, implementation_hours, success_hours, support_hours, internal_hours, unclassified_hours,
    implementation_share, implementation_share_lower, implementation_share_upper, implementation_share_change_12m
from postsale.time_by_team
where
    team <> 'All' and function = 'All' and hours > 0
    and quarter = (select quarter from postsale.time_by_team where is_complete order by quarter desc limit 1)
order by team
