-- Warnings of each account, open and closed.
select
    fct_warning.account_id,
    fct_warning.label,
    fct_warning.severity,
    fct_warning.owner,
    strftime(fct_warning.opened_on, '%Y-%m-%d') as opened_on,
    strftime(fct_warning.closed_on, '%Y-%m-%d') as closed_on,
    fct_warning.close_reason,
    fct_warning.is_open,
    cast(fct_warning.days_open as double) as days_open,
    cast(fct_warning.response_hours as double) as response_hours,
    fct_warning.evidence
from (select 1 as one) as always_one_row
left join marts.fct_warning as fct_warning on true
order by fct_warning.account_id, fct_warning.opened_on
