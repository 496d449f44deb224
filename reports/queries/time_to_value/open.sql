-- The last closed month of the chosen slice: one row.
select slice, month, month_label, open_onboardings, stalled_onboardings, stall_rate, stall_rate_12m_ago, stall_rate_change_12m, off_pace_onboardings, live_no_value_onboardings, on_hold_onboardings, milestone_velocity_days, milestone_velocity_days_12m_ago, milestone_velocity_days_change_12m, milestone_steps
from postsale.onboardings
where
    slice = '${inputs.slice.value}'
    and month = (select last_closed_month from postsale.build)
