select label, severity, owner, opened_on, closed_on, close_reason, is_open, days_open, response_hours, evidence
from postsale.account_warnings
where account_id = '${inputs.account.value}'
order by is_open desc, opened_on desc
