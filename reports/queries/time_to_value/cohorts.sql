-- By the quarter of signature; a young cohort is still on its way, so its arrivals are the fast ones.
select
    signed_quarter, signed_onboardings, first_value_arrivals,
    median_days_to_first_value, p90_days_to_first_value,
    first_value_due_onboardings, first_value_on_target_rate, median_days_to_live
from postsale.time_to_value_cohorts
where signed_quarter is not null and signed_quarter <> 'All' and slice = '${inputs.slice.value}'
order by signed_quarter desc
