-- What stands still or falls behind, the longest first.
select account_id, account_name, segment, csm, owner, label, signed_on, deadline_on, opened_on, days_open, arr_at_risk, evidence
from postsale.onboarding_watch
where
    account_id is not null
    and contains(slices, '|${inputs.slice.value}|')
order by days_open desc, arr_at_risk desc
