-- Milestones of each account's onboardings.
select
    fct_milestone.account_id,
    fct_milestone.name,
    fct_milestone.kind,
    strftime(fct_milestone.contract_signed_on, '%Y-%m-%d') as signed_on,
    strftime(fct_milestone.due_on, '%Y-%m-%d') as due_on,
    strftime(fct_milestone.achieved_on, '%Y-%m-%d') as achieved_on,
    fct_milestone.is_first_value,
    cast(fct_milestone.days_from_signature as double) as days_from_signature,
    fct_milestone.is_on_time
from (select 1 as one) as always_one_row
left join marts.fct_milestone as fct_milestone on true
order by fct_milestone.account_id, fct_milestone.contract_signed_on, fct_milestone.due_on
