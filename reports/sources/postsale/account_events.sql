-- The lifecycle of each account as dated events.
select
    fct_account_event.account_id,
    strftime(fct_account_event.occurred_on, '%Y-%m-%d') as occurred_on,
    fct_account_event.kind,
    fct_account_event.detail,
    cast(fct_account_event.amount as double) as amount
from (select 1 as one) as always_one_row
left join marts.fct_account_event as fct_account_event on true
order by fct_account_event.account_id, fct_account_event.occurred_on
