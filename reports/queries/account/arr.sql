select month, month_label, arr
from postsale.account_arr
where account_id = '${inputs.account.value}'
order by month
