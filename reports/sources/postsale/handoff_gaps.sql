-- Handoffs that were due and never came, with who waits for them.
select
    fct_handoff.account_id,
    dim_account.account_name,
    dim_account_history.segment,
    dim_account_history.csm,
    concat(dim_account_history.slices, dim_account_journey.slices) as slices,
    fct_handoff.kind,
    strftime(fct_handoff.due_on, '%Y-%m-%d') as due_on,
    fct_handoff.owner,
    fct_handoff.owner_team,
    cast(dim_account.arr as double) as arr
from (select 1 as one) as always_one_row
left join marts.fct_handoff as fct_handoff on fct_handoff.is_missing
left join marts.dim_account as dim_account on fct_handoff.account_id = dim_account.account_id
left join marts.dim_account_history as dim_account_history on fct_handoff.book_id = dim_account_history.book_id
left join marts.dim_account_journey as dim_account_journey on fct_handoff.journey_id = dim_account_journey.journey_id
