select account_id, account_name, segment, csm, owner, due_on, due_arr, churn_reason
from postsale.renewal_list
where
    outcome = 'lost'
    and ('${inputs.segment.value}' = 'All' or segment = '${inputs.segment.value}')
    and ('${inputs.csm.value}' = 'All' or csm = '${inputs.csm.value}')
    and '${inputs.other.value}' = 'All'
order by due_on desc
