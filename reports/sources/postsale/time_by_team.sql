-- Hours and shares by calendar quarter, and the team and function of the person.
select
    strftime(time_allocation_by_team_quarterly.metric_time, '%Y-%m-01') as quarter,
    format('Q{} {}', quarter(time_allocation_by_team_quarterly.metric_time), year(time_allocation_by_team_quarterly.metric_time)) as quarter_label,
    time_allocation_by_team_quarterly.team,
    time_allocation_by_team_quarterly.function,
    cast(time_allocation_by_team_quarterly.hours as double) as hours,
    cast(time_allocation_by_team_quarterly.implementation_hours as double) as implementation_hours,
    cast(time_allocation_by_team_quarterly.success_hours as double) as success_hours,
    cast(time_allocation_by_team_quarterly.support_hours as double) as support_hours,
    cast(time_allocation_by_team_quarterly.internal_hours as double) as internal_hours,
    cast(time_allocation_by_team_quarterly.unclassified_hours as double) as unclassified_hours,
    cast(time_allocation_by_team_quarterly.implementation_share as double) as implementation_share,
    cast(time_allocation_by_team_quarterly.implementation_share_lower as double) as implementation_share_lower,
    cast(time_allocation_by_team_quarterly.implementation_share_upper as double) as implementation_share_upper,
    cast(time_allocation_by_team_quarterly.unclassified_share as double) as unclassified_share,
    cast(time_allocation_by_team_quarterly.csm_implementation_share as double) as csm_implementation_share,
    cast(time_allocation_by_team_quarterly.post_live_implementation_hours as double) as post_live_implementation_hours,
    cast(time_allocation_by_team_quarterly.implementation_share_12m_ago as double) as implementation_share_12m_ago,
    cast(time_allocation_by_team_quarterly.implementation_share_change_12m as double) as implementation_share_change_12m,
    cast(time_allocation_by_team_quarterly.csm_implementation_share_12m_ago as double) as csm_implementation_share_12m_ago,
    cast(time_allocation_by_team_quarterly.csm_implementation_share_change_12m as double) as csm_implementation_share_change_12m,
    time_allocation_by_team_quarterly.is_complete
from (select 1 as one) as always_one_row
left join metrics.time_allocation_by_team_quarterly as time_allocation_by_team_quarterly on true
