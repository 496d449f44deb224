-- The last 12 complete quarters of the chosen slice.
select
    quarter, quarter_label, median_days_to_first_value, km_median_days_to_first_value, p90_days_to_first_value,
    median_days_to_kickoff, median_days_to_live, median_days_live_to_first_value,
    first_value_on_target_rate, first_value_arrivals, first_value_due_onboardings, go_lives
from (
    select
        quarter, quarter_label, median_days_to_first_value, km_median_days_to_first_value, p90_days_to_first_value,
        median_days_to_kickoff, median_days_to_live, median_days_live_to_first_value,
        first_value_on_target_rate, first_value_arrivals, first_value_due_onboardings, go_lives
    from postsale.time_to_value
    where
        slice = '${inputs.slice.value}'
        and is_complete
    order by quarter desc
    limit 12
)
order by quarter
