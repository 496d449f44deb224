-- Health and the ARR at risk by month-end and slice.
select
    strftime(health_monthly.metric_time, '%Y-%m-01') as month,
    strftime(health_monthly.metric_time, '%b %Y') as month_label,
    health_monthly.slice,
    cast(health_monthly.health_score as double) as health_score,
    cast(health_monthly.scored_accounts as double) as scored_accounts,
    cast(health_monthly.at_risk_arr as double) as at_risk_arr,
    cast(health_monthly.at_risk_accounts as double) as at_risk_accounts,
    cast(health_monthly.at_risk_arr_12m_ago as double) as at_risk_arr_12m_ago,
    cast(health_monthly.at_risk_arr_change_12m as double) as at_risk_arr_change_12m
from (select 1 as one) as always_one_row
left join metrics.health_monthly as health_monthly on true
