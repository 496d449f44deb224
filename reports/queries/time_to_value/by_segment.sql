-- Last complete quarter, one row per segment with its target.
select
    time_to_value.segment,
    time_to_value.quarter_label,
    time_to_value.median_days_to_first_value as median,
    time_to_value.km_median_days_to_first_value as km,
    time_to_value.first_value_arrivals as n,
    time_to_value.first_value_on_target_rate as rate,
    time_to_value.first_value_due_onboardings as due,
    time_to_value.churned_before_value_rate as churned,
    segments.target_days as target
from postsale.time_to_value as time_to_value
inner join postsale.segments as segments on time_to_value.segment = segments.segment
where
    ('${inputs.segment.value}' = 'All' or time_to_value.segment = '${inputs.segment.value}')
    and time_to_value.csm = '${inputs.csm.value}'
    and '${inputs.other.value}' = 'All'
    and time_to_value.quarter = (
        select quarter from postsale.time_to_value where is_complete order by quarter desc limit 1
    )
order by segments.sort_order
