select month, month_label, hours, implementation_hours, success_hours, support_hours, internal_hours, unclassified_hours, post_live_implementation_hours
from postsale.account_time
where account_id = '${inputs.account.value}'
order by month
