select distinct team
from postsale.time_by_team
where team is not null and team <> 'All'
order by team
