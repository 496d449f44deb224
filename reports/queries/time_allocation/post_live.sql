select account_id, account_name, segment, csm, arr, post_live_implementation_hours, implementation_hours, hours
from postsale.post_live_accounts
where
    account_id is not null
    and contains(slices, '|${inputs.slice.value}|')
order by post_live_implementation_hours desc, account_name
