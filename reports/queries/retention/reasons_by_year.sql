select year, is_complete, churn_reason, churned_arr_by_reason, churned_customers, contraction_arr_by_reason
from postsale.churn_reasons_yearly
where
    churn_reason is not null
    and slice = '${inputs.slice.value}'
    and (churned_customers > 0 or contraction_arr_by_reason > 0)
order by year desc, churn_reason = 'All', churned_arr_by_reason desc
