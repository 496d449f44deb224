select account_id, account_name, segment, csm, kind, due_on, owner, owner_team, arr
from postsale.handoff_gaps
where
    account_id is not null
    and ('${inputs.kind.value}' = 'All' or kind = '${inputs.kind.value}')
    and ('${inputs.segment.value}' = 'All' or segment = '${inputs.segment.value}')
    and ('${inputs.csm.value}' = 'All' or csm = '${inputs.csm.value}')
    and '${inputs.other.value}' = 'All'
order by due_on desc, account_name
