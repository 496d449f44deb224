select signal, label, input_value, points, is_present, weight_share, contribution, previous_contribution, contribution_change
from postsale.health_contributions
where account_id = '${inputs.account.value}'
order by weight_share desc, label
