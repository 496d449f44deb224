-- The last 26 complete weeks of the chosen team.
select week, week_label, hours, implementation_hours, success_hours, support_hours, internal_hours, unclassified_hours, implementation_share, csm_implementation_share, post_live_implementation_hours
from (
    select week, week_label, hours, implementation_hours, success_hours, support_hours, internal_hours, unclassified_hours, implementation_share, csm_implementation_share, post_live_implementation_hours
    from postsale.time_by_week
    where team = '${inputs.person_team.value}' and is_complete
    order by week desc
    limit 26
)
order by week
