-- The fact rows of the chosen number, the largest share first.
select side, side_label, unit, fact, fact_id, account_id, account_name, fact_on, contribution, share
from postsale.headline_facts
where metric = '${inputs.number.value}'
order by side desc, share desc nulls last, fact_id
