-- The last closed month by one attribute.
select dimension, dimension_value, arr, nrr, nrr_change_12m, grr, logo_churn_rate, nrr_cohort_accounts
from postsale.retention_by_slice
where dimension_value is not null and dimension_value <> 'All' and month = (select last_closed_month from postsale.build)
order by dimension, dimension_value
