-- The whole company in the last closed month.
select month_label, at_risk_arr, at_risk_arr_12m_ago, at_risk_arr_change_12m, scored_accounts
from postsale.health
where slice = 'All' and month = (select last_closed_month from postsale.build)
