-- Hours and shares by quarter and the lifecycle stage of the account on the day.
select
    strftime(time_allocation_by_stage_quarterly.metric_time, '%Y-%m-01') as quarter,
    format('Q{} {}', quarter(time_allocation_by_stage_quarterly.metric_time), year(time_allocation_by_stage_quarterly.metric_time)) as quarter_label,
    time_allocation_by_stage_quarterly.lifecycle_stage,
    cast(time_allocation_by_stage_quarterly.hours as double) as hours,
    cast(time_allocation_by_stage_quarterly.implementation_hours as double) as implementation_hours,
    cast(time_allocation_by_stage_quarterly.success_hours as double) as success_hours,
    cast(time_allocation_by_stage_quarterly.support_hours as double) as support_hours,
    cast(time_allocation_by_stage_quarterly.internal_hours as double) as internal_hours,
    cast(time_allocation_by_stage_quarterly.unclassified_hours as double) as unclassified_hours,
    cast(time_allocation_by_stage_quarterly.implementation_share as double) as implementation_share,
    cast(time_allocation_by_stage_quarterly.csm_implementation_share as double) as csm_implementation_share,
    cast(time_allocation_by_stage_quarterly.post_live_implementation_hours as double) as post_live_implementation_hours,
    time_allocation_by_stage_quarterly.is_complete
from (select 1 as one) as always_one_row
left join metrics.time_allocation_by_stage_quarterly as time_allocation_by_stage_quarterly on true
