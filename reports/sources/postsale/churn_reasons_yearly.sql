-- Why ARR and customers are lost, yearly.
select
    strftime(churn_reasons_yearly.metric_time, '%Y') as year,
    churn_reasons_yearly.churn_reason,
    churn_reasons_yearly.slice,
    cast(churn_reasons_yearly.churned_arr_by_reason as double) as churned_arr_by_reason,
    cast(churn_reasons_yearly.churned_customers as double) as churned_customers,
    cast(churn_reasons_yearly.contraction_arr_by_reason as double) as contraction_arr_by_reason,
    churn_reasons_yearly.is_complete
from (select 1 as one) as always_one_row
left join metrics.churn_reasons_yearly as churn_reasons_yearly on true
