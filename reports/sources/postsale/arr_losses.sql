-- Each loss of ARR with its account, owner and reason.
select
    fct_arr_loss.account_id,
    dim_account.account_name,
    dim_account_history.segment,
    dim_account_history.csm,
    concat(dim_account_history.slices, dim_account_journey.slices) as slices,
    fct_arr_loss.movement_type,
    cast(fct_arr_loss.amount as double) as amount,
    strftime(fct_arr_loss.occurred_on, '%Y-%m-%d') as occurred_on,
    format('Q{} {}', quarter(fct_arr_loss.month_end), year(fct_arr_loss.month_end)) as quarter_label,
    fct_arr_loss.churn_reason,
    fct_arr_loss.loss_reason
from (select 1 as one) as always_one_row
left join marts.fct_arr_loss as fct_arr_loss on true
left join marts.dim_account as dim_account on fct_arr_loss.account_id = dim_account.account_id
left join marts.dim_account_history as dim_account_history on fct_arr_loss.book_id = dim_account_history.book_id
left join marts.dim_account_journey as dim_account_journey on fct_arr_loss.journey_id = dim_account_journey.journey_id
