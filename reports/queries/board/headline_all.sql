-- The whole company in the last closed month: the findings speak of it, whatever is filtered.
select
    month_end, arr, arr_12m_ago, arr_change_12m,
    nrr, nrr_12m_ago, nrr_change_12m, grr, grr_12m_ago, grr_change_12m, nrr_cohort_accounts
from postsale.board
where slice = 'All' and month = (select last_closed_month from postsale.build)
