-- The whole company in the last closed month.
select
    month_label, month_end, hours, csm_implementation_share,
    csm_implementation_share_12m_ago, csm_implementation_share_change_12m
from postsale.time_allocation
where slice = 'All' and month = (select last_closed_month from postsale.build)
