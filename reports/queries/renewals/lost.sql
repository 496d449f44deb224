select account_id, account_name, segment, csm, owner, due_on, due_arr, churn_reason
from postsale.renewal_list
where
    outcome = 'lost'
    and contains(slices, '|${inputs.slice.value}|')
order by due_on desc
