-- The ARR at stake first, then the older warning.
select account_id, account_name, segment, csm, kind, label, severity, owner, manager, arr_at_risk, opened_on, days_open, evidence, response, response_hours
from postsale.warning_list
where
    warning_id is not null
    and ('${inputs.warning.value}' = 'All' or label = '${inputs.warning.value}')
    and ('${inputs.severity.value}' = 'All' or severity = '${inputs.severity.value}')
    and contains(slices, '|${inputs.slice.value}|')
order by arr_at_risk desc, days_open desc
