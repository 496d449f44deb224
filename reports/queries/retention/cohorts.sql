-- The cohorts of the chosen segment, region or product, else all, newest first; the age of a cohort is counted from each customer's own start.
select signed_quarter, quarters_since_start, customers, kept_customers, base_arr, current_arr, logo_retention_share, arr_retention_share
from postsale.cohort_retention
where
    (dimension = 'segment' and dimension_value = '${inputs.segment.value}')
    or (dimension = 'region' and dimension_value = '${inputs.region.value}')
    or (dimension = 'product' and dimension_value = '${inputs.product.value}')
    or (
        dimension = 'total'
        and '${inputs.segment.value}' = 'All'
        and '${inputs.region.value}' = 'All'
        and '${inputs.product.value}' = 'All'
    )
order by signed_quarter desc, quarters_since_start
