-- Last complete quarter of the chosen slice: one row.
select
    slice,
    quarter, quarter_label,
    median_days_to_first_value, median_days_to_first_value_12m_ago, median_days_to_first_value_change_12m,
    p90_days_to_first_value, km_median_days_to_first_value,
    first_value_on_target_rate, first_value_on_target_rate_12m_ago, first_value_on_target_rate_change_12m,
    first_value_arrivals, first_value_due_onboardings, onboarding_cohort_size,
    churned_before_value_rate, churned_before_value_rate_12m_ago, churned_before_value_rate_change_12m,
    median_days_to_kickoff, median_days_to_live, median_days_to_live_12m_ago, median_days_to_live_change_12m,
    median_days_live_to_first_value
from postsale.time_to_value
where
    slice = '${inputs.slice.value}'
    and is_complete
order by quarter desc
limit 1
