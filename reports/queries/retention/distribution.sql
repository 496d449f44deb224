-- The cohort of the last closed month in the bands of the accounts' own NRR, from lost to grown.
select account_nrr_band, nrr_cohort_accounts, nrr_base_arr, nrr_current_arr
from postsale.nrr_distribution
where
    slice = '${inputs.slice.value}'
    and account_nrr_band not in ('All', 'none')
    and month = (select last_closed_month from postsale.build)
order by
    case account_nrr_band
        when 'lost' then 1
        when 'under_80' then 2
        when 'from_80_to_100' then 3
        when 'unchanged' then 4
        when 'up_to_120' then 5
        else 6
    end
