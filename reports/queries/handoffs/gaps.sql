select account_id, account_name, segment, csm, kind, due_on, owner, owner_team, arr
from postsale.handoff_gaps
where
    account_id is not null
    and ('${inputs.kind.value}' = 'All' or kind = '${inputs.kind.value}')
    and contains(slices, '|${inputs.slice.value}|')
order by due_on desc, account_name
