-- Hours logged of the hours of capacity, by month, team and function.
select
    strftime(utilization_monthly.metric_time, '%Y-%m-01') as month,
    strftime(utilization_monthly.metric_time, '%b %Y') as month_label,
    utilization_monthly.team,
    utilization_monthly.function,
    cast(utilization_monthly.utilization as double) as utilization,
    cast(utilization_monthly.utilization_12m_ago as double) as utilization_12m_ago,
    cast(utilization_monthly.utilization_change_12m as double) as utilization_change_12m,
    cast(utilization_monthly.capacity_hours as double) as capacity_hours,
    utilization_monthly.is_complete
from (select 1 as one) as always_one_row
left join metrics.utilization_monthly as utilization_monthly on true
