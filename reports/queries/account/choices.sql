-- Every account, the largest first: the directory, and what the selector searches.
select account_id, account_name, segment, csm, lifecycle_stage, arr, band, health_score, health_score_change
from postsale.accounts
where account_id is not null
order by arr desc nulls last, account_name
