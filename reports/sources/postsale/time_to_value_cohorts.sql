-- Time to first value by the quarter in which the contract was signed.
select
    time_to_value_by_cohort.signed_quarter,
    time_to_value_by_cohort.slice,
    cast(time_to_value_by_cohort.signed_onboardings as double) as signed_onboardings,
    cast(time_to_value_by_cohort.first_value_arrivals as double) as first_value_arrivals,
    cast(time_to_value_by_cohort.median_days_to_first_value as double) as median_days_to_first_value,
    cast(time_to_value_by_cohort.p90_days_to_first_value as double) as p90_days_to_first_value,
    cast(time_to_value_by_cohort.first_value_on_target_rate as double) as first_value_on_target_rate,
    cast(time_to_value_by_cohort.first_value_due_onboardings as double) as first_value_due_onboardings,
    cast(time_to_value_by_cohort.median_days_to_live as double) as median_days_to_live
from (select 1 as one) as always_one_row
left join metrics.time_to_value_by_cohort as time_to_value_by_cohort on true
