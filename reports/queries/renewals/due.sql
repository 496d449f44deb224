-- Pending renewals of the four quarters that are not over, the next first.
select account_id, account_name, segment, csm, owner, due_on, due_arr, health_band, basis, expected_rate, expected_arr
from postsale.renewal_list
where
    outcome = 'pending'
    and days_past_due is null
    and quarter in (select distinct quarter from postsale.renewals_calendar where not is_complete order by quarter limit 4)
    and contains(slices, '|${inputs.slice.value}|')
order by due_on, due_arr desc
