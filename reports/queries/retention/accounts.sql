-- Each account of the cohort, from the largest loss to the largest growth.
select account_id, account_name, segment, csm, base_arr, current_arr, account_nrr, account_nrr_band
from postsale.account_nrr
where
    account_id is not null
    and contains(slices, '|${inputs.slice.value}|')
order by account_nrr, base_arr desc
