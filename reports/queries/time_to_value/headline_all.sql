-- The whole company in the last complete quarter.
select
    quarter_label, median_days_to_first_value, median_days_to_first_value_12m_ago,
    median_days_to_first_value_change_12m, first_value_arrivals
from postsale.time_to_value
where slice = 'All' and is_complete
order by quarter desc
limit 1
