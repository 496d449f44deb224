-- What stands open, stalls or falls behind, by month and slice.
select
    strftime(onboarding_monthly.metric_time, '%Y-%m-01') as month,
    strftime(onboarding_monthly.metric_time, '%b %Y') as month_label,
    onboarding_monthly.slice,
    cast(onboarding_monthly.open_onboardings as double) as open_onboardings,
    cast(onboarding_monthly.stalled_onboardings as double) as stalled_onboardings,
    cast(onboarding_monthly.stall_rate as double) as stall_rate,
    cast(onboarding_monthly.stall_rate_12m_ago as double) as stall_rate_12m_ago,
    cast(onboarding_monthly.stall_rate_change_12m as double) as stall_rate_change_12m,
    cast(onboarding_monthly.off_pace_onboardings as double) as off_pace_onboardings,
    cast(onboarding_monthly.live_no_value_onboardings as double) as live_no_value_onboardings,
    cast(onboarding_monthly.on_hold_onboardings as double) as on_hold_onboardings,
    cast(onboarding_monthly.milestone_velocity_days as double) as milestone_velocity_days,
    cast(onboarding_monthly.milestone_velocity_days_12m_ago as double) as milestone_velocity_days_12m_ago,
    cast(onboarding_monthly.milestone_velocity_days_change_12m as double) as milestone_velocity_days_change_12m,
    cast(onboarding_monthly.milestone_steps as double) as milestone_steps,
    cast(onboarding_monthly.milestone_on_time_rate as double) as milestone_on_time_rate,
    cast(onboarding_monthly.milestones_due as double) as milestones_due,
    cast(onboarding_monthly.onboarding_health_score as double) as onboarding_health_score,
    onboarding_monthly.is_complete
from (select 1 as one) as always_one_row
left join metrics.onboarding_monthly as onboarding_monthly on true
