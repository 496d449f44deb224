-- What was lost, newest first.
select account_id, account_name, segment, csm, movement_type, amount, occurred_on, quarter_label, churn_reason, loss_reason
from postsale.arr_losses
where
    account_id is not null
    and contains(slices, '|${inputs.slice.value}|')
order by occurred_on desc, amount desc
