-- Velocity and punctuality of milestones by the quarter of signature and slice.
select
    milestones_by_cohort.signed_quarter,
    milestones_by_cohort.slice,
    cast(milestones_by_cohort.milestone_velocity_days as double) as milestone_velocity_days,
    cast(milestones_by_cohort.milestone_steps as double) as milestone_steps,
    cast(milestones_by_cohort.milestone_on_time_rate as double) as milestone_on_time_rate,
    cast(milestones_by_cohort.milestones_due as double) as milestones_due
from (select 1 as one) as always_one_row
left join metrics.milestones_by_cohort as milestones_by_cohort on true
