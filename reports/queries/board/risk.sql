-- The last closed month of the chosen slice: one row.
select slice, month_label, at_risk_arr, at_risk_arr_12m_ago, at_risk_arr_change_12m, at_risk_accounts, scored_accounts
from postsale.health
where slice = '${inputs.slice.value}' and month = (select last_closed_month from postsale.build)
