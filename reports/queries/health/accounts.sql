select account_id, account_name, segment, csm, arr, health_score, band, health_score_change, missing_signals, is_silent_low_adoption
from postsale.health_accounts
where
    account_id is not null
    and contains(slices, '|${inputs.slice.value}|')
order by case band when 'red' then 1 when 'amber' then 2 else 3 end, arr desc
