-- By the quarter of signature; a cohort still on its way shows fewer arrivals.
select
    signed_quarter, segment, first_value_due_onboardings, first_value_arrivals,
    median_days_to_first_value, km_median_days_to_first_value,
    first_value_on_target_rate, churned_before_value_rate
from postsale.time_to_value_cohorts
where signed_quarter is not null and signed_quarter <> 'All' and segment = '${inputs.segment.value}'
order by signed_quarter desc
