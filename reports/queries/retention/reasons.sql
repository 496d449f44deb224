-- Churned ARR by reason over the last 12 complete quarters.
select quarter, quarter_label, churn_reason, churned_arr_by_reason
from postsale.churn_reasons_quarterly
where
    churn_reason <> 'All'
    and slice = '${inputs.slice.value}'
    and is_complete
    and quarter in (select distinct quarter from postsale.churn_reasons_quarterly where is_complete order by quarter desc limit 12)
order by quarter, churn_reason = 'unknown', churn_reason
