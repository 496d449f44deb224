-- The chosen segment's cohorts, newest first; the age of a cohort is counted from each customer's own start.
select signed_quarter, quarters_since_start, customers, kept_customers, base_arr, current_arr, logo_retention_share, arr_retention_share
from postsale.cohort_retention
where
    ('${inputs.segment.value}' = 'All' and dimension = 'total')
    or (dimension = 'segment' and dimension_value = '${inputs.segment.value}')
order by signed_quarter desc, quarters_since_start
