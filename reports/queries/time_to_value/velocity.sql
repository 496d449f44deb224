select signed_quarter, milestone_velocity_days, milestone_steps, milestone_on_time_rate, milestones_due
from postsale.milestones_by_cohort
where signed_quarter is not null and signed_quarter not in ('All', 'none') and slice = '${inputs.slice.value}'
order by signed_quarter
