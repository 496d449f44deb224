-- People who logged hours in the last complete quarter, by their team on the day.
select
    person, team, function, quarter_label, hours, implementation_hours, success_hours, support_hours,
    internal_hours, unclassified_hours, implementation_share, implementation_share_lower, implementation_share_upper
from postsale.time_by_person
where
    person <> 'All' and team <> 'All' and function <> 'All' and hours > 0
    and ('${inputs.person_team.value}' = 'All' or team = '${inputs.person_team.value}')
    and quarter = (select quarter from postsale.time_by_person where is_complete order by quarter desc limit 1)
order by team, person
