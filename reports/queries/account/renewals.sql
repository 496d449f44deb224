select due_on, outcome, due_arr, renewed_arr, owner, health_band, expected_rate, basis, churn_reason
from postsale.renewal_list
where account_id = '${inputs.account.value}'
order by due_on desc
