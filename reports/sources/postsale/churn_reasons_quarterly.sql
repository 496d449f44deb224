-- Why ARR and customers are lost, quarterly.
select
    strftime(churn_reasons_quarterly.metric_time, '%Y-%m-01') as quarter,
    format('Q{} {}', quarter(churn_reasons_quarterly.metric_time), year(churn_reasons_quarterly.metric_time)) as quarter_label,
    churn_reasons_quarterly.churn_reason,
    churn_reasons_quarterly.slice,
    cast(churn_reasons_quarterly.churned_arr_by_reason as double) as churned_arr_by_reason,
    cast(churn_reasons_quarterly.churned_customers as double) as churned_customers,
    cast(churn_reasons_quarterly.contraction_arr_by_reason as double) as contraction_arr_by_reason,
    churn_reasons_quarterly.is_complete
from (select 1 as one) as always_one_row
left join metrics.churn_reasons_quarterly as churn_reasons_quarterly on true
