-- Hours and shares by week and team of the person.
select
    strftime(time_allocation_weekly.metric_time, '%Y-%m-%d') as week,
    strftime(time_allocation_weekly.metric_time, '%-d %b %Y') as week_label,
    time_allocation_weekly.team,
    cast(time_allocation_weekly.hours as double) as hours,
    cast(time_allocation_weekly.implementation_hours as double) as implementation_hours,
    cast(time_allocation_weekly.success_hours as double) as success_hours,
    cast(time_allocation_weekly.support_hours as double) as support_hours,
    cast(time_allocation_weekly.internal_hours as double) as internal_hours,
    cast(time_allocation_weekly.unclassified_hours as double) as unclassified_hours,
    cast(time_allocation_weekly.implementation_share as double) as implementation_share,
    cast(time_allocation_weekly.csm_implementation_share as double) as csm_implementation_share,
    cast(time_allocation_weekly.post_live_implementation_hours as double) as post_live_implementation_hours,
    time_allocation_weekly.is_complete
from (select 1 as one) as always_one_row
left join metrics.time_allocation_weekly as time_allocation_weekly on true
