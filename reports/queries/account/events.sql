select occurred_on, kind, detail, amount
from postsale.account_events
where account_id = '${inputs.account.value}'
order by occurred_on desc
