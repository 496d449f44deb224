-- Past the due date and still pending inside grace, then those renewed late, newest first.
select account_id, account_name, segment, csm, owner, due_on, outcome, days_past_due, days_late, due_arr, renewed_arr, health_band
from postsale.renewal_list
where
    (days_past_due is not null or outcome = 'renewed_late')
    and contains(slices, '|${inputs.slice.value}|')
order by outcome = 'pending' desc, due_on desc
