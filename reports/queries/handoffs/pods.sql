-- The latest year with handoffs, by the teams that gave them.
select from_team, year, is_complete, handoffs, complete_handoffs, handoff_completeness, median_handoff_days_from_due
from postsale.handoff_teams
where
    kind = 'implementation_to_success'
    and from_team not in ('All', 'none')
    and handoffs > 0
    and year = (select year from postsale.handoff_teams where kind = 'implementation_to_success' and handoffs > 0 order by year desc limit 1)
order by handoff_completeness desc, from_team
