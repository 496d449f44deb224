-- Who opens expansions, by calendar quarter and slice.
select
    strftime(expansion_motion_quarterly.metric_time, '%Y-%m-01') as quarter,
    format('Q{} {}', quarter(expansion_motion_quarterly.metric_time), year(expansion_motion_quarterly.metric_time)) as quarter_label,
    expansion_motion_quarterly.slice,
    cast(expansion_motion_quarterly.proactive_expansion_arr as double) as proactive_expansion_arr,
    cast(expansion_motion_quarterly.reactive_expansion_arr as double) as reactive_expansion_arr,
    cast(expansion_motion_quarterly.contracted_step_up_arr as double) as contracted_step_up_arr,
    cast(expansion_motion_quarterly.proactive_expansion_share as double) as proactive_expansion_share,
    cast(expansion_motion_quarterly.proactive_expansion_share_12m_ago as double) as proactive_expansion_share_12m_ago,
    cast(expansion_motion_quarterly.proactive_expansion_share_change_12m as double) as proactive_expansion_share_change_12m,
    cast(expansion_motion_quarterly.expansion_attributed_share as double) as expansion_attributed_share,
    cast(expansion_motion_quarterly.expansion_attributed_share_12m_ago as double) as expansion_attributed_share_12m_ago,
    cast(expansion_motion_quarterly.expansion_attributed_share_change_12m as double) as expansion_attributed_share_change_12m,
    cast(expansion_motion_quarterly.expansion_arr_by_driver as double) as expansion_arr_by_driver,
    expansion_motion_quarterly.is_complete
from (select 1 as one) as always_one_row
left join metrics.expansion_motion_quarterly as expansion_motion_quarterly on true
