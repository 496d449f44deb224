select signed_on, name, kind, due_on, achieved_on, is_first_value, days_from_signature, is_on_time
from postsale.account_milestones
where account_id = '${inputs.account.value}'
order by signed_on, coalesce(achieved_on, due_on), due_on
