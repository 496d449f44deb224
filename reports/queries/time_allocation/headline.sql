-- The last closed month of the chosen slice: one row.
select
    slice,
    month, month_label, month_end, hours, implementation_hours, success_hours, support_hours, internal_hours, unclassified_hours,
    implementation_share, implementation_share_12m_ago, implementation_share_change_12m,
    implementation_share_lower, implementation_share_upper, unclassified_share,
    csm_implementation_share, csm_implementation_share_12m_ago, csm_implementation_share_change_12m,
    post_live_implementation_hours, post_live_implementation_hours_12m_ago, post_live_implementation_hours_change_12m
from postsale.time_allocation
where
    slice = '${inputs.slice.value}'
    and month = (select last_closed_month from postsale.build)
