-- Hours and shares by month, and the segment and CSM of the account worked for.
select
    strftime(time_allocation_monthly.metric_time, '%Y-%m-01') as month,
    strftime(time_allocation_monthly.metric_time, '%b %Y') as month_label,
    strftime(last_day(time_allocation_monthly.metric_time), '%-d %b %Y') as month_end,
    time_allocation_monthly.slice,
    time_allocation_monthly.segment,
    time_allocation_monthly.csm,
    cast(time_allocation_monthly.hours as double) as hours,
    cast(time_allocation_monthly.implementation_hours as double) as implementation_hours,
    cast(time_allocation_monthly.success_hours as double) as success_hours,
    cast(time_allocation_monthly.support_hours as double) as support_hours,
    cast(time_allocation_monthly.internal_hours as double) as internal_hours,
    cast(time_allocation_monthly.unclassified_hours as double) as unclassified_hours,
    cast(time_allocation_monthly.implementation_share as double) as implementation_share,
    cast(time_allocation_monthly.implementation_share_lower as double) as implementation_share_lower,
    cast(time_allocation_monthly.implementation_share_upper as double) as implementation_share_upper,
    cast(time_allocation_monthly.unclassified_share as double) as unclassified_share,
    cast(time_allocation_monthly.csm_implementation_share as double) as csm_implementation_share,
    cast(time_allocation_monthly.post_live_implementation_hours as double) as post_live_implementation_hours,
    cast(time_allocation_monthly.implementation_share_12m_ago as double) as implementation_share_12m_ago,
    cast(time_allocation_monthly.implementation_share_change_12m as double) as implementation_share_change_12m,
    cast(time_allocation_monthly.csm_implementation_share_12m_ago as double) as csm_implementation_share_12m_ago,
    cast(time_allocation_monthly.csm_implementation_share_change_12m as double) as csm_implementation_share_change_12m,
    cast(time_allocation_monthly.post_live_implementation_hours_12m_ago as double) as post_live_implementation_hours_12m_ago,
    cast(time_allocation_monthly.post_live_implementation_hours_change_12m as double) as post_live_implementation_hours_change_12m
from (select 1 as one) as always_one_row
left join metrics.time_allocation_monthly as time_allocation_monthly on true
