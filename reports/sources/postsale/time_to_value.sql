-- The onboarding clocks by calendar quarter, segment and CSM.
select
    strftime(time_to_value_quarterly.metric_time, '%Y-%m-01') as quarter,
    format('Q{} {}', quarter(time_to_value_quarterly.metric_time), year(time_to_value_quarterly.metric_time)) as quarter_label,
    time_to_value_quarterly.segment,
    time_to_value_quarterly.csm,
    cast(time_to_value_quarterly.first_value_arrivals as double) as first_value_arrivals,
    cast(time_to_value_quarterly.median_days_to_first_value as double) as median_days_to_first_value,
    cast(time_to_value_quarterly.p90_days_to_first_value as double) as p90_days_to_first_value,
    cast(time_to_value_quarterly.km_median_days_to_first_value as double) as km_median_days_to_first_value,
    cast(time_to_value_quarterly.first_value_on_target_rate as double) as first_value_on_target_rate,
    cast(time_to_value_quarterly.first_value_due_onboardings as double) as first_value_due_onboardings,
    cast(time_to_value_quarterly.churned_before_value_rate as double) as churned_before_value_rate,
    cast(time_to_value_quarterly.median_days_to_kickoff as double) as median_days_to_kickoff,
    cast(time_to_value_quarterly.median_days_to_live as double) as median_days_to_live,
    cast(time_to_value_quarterly.median_days_live_to_first_value as double) as median_days_live_to_first_value,
    cast(time_to_value_quarterly.median_days_to_first_value_12m_ago as double) as median_days_to_first_value_12m_ago,
    cast(time_to_value_quarterly.median_days_to_first_value_change_12m as double) as median_days_to_first_value_change_12m,
    cast(time_to_value_quarterly.first_value_on_target_rate_12m_ago as double) as first_value_on_target_rate_12m_ago,
    cast(time_to_value_quarterly.first_value_on_target_rate_change_12m as double) as first_value_on_target_rate_change_12m,
    cast(time_to_value_quarterly.median_days_to_live_12m_ago as double) as median_days_to_live_12m_ago,
    cast(time_to_value_quarterly.median_days_to_live_change_12m as double) as median_days_to_live_change_12m,
    time_to_value_quarterly.is_complete
from (select 1 as one) as always_one_row
left join metrics.time_to_value_quarterly as time_to_value_quarterly on true
