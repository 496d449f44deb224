-- Warnings that are open, with owner, what was seen and how long ago. No address leaves the warehouse.
select
    fct_warning.warning_id,
    fct_warning.account_id,
    dim_account.account_name,
    dim_account.segment,
    dim_account.csm,
    concat(dim_account_history.slices, dim_account_journey.slices) as slices,
    fct_warning.kind,
    fct_warning.label,
    fct_warning.severity,
    fct_warning.subject_type,
    fct_warning.owner,
    fct_warning.manager,
    cast(fct_warning.arr_at_risk as double) as arr_at_risk,
    strftime(fct_warning.opened_on, '%Y-%m-%d') as opened_on,
    cast(fct_warning.days_open as double) as days_open,
    fct_warning.evidence,
    case
        when fct_warning.responded_at is not null then 'answered'
        when fct_warning.is_response_due then 'overdue'
        else 'not yet due'
    end as response,
    cast(fct_warning.response_hours as double) as response_hours
from (select 1 as one) as always_one_row
left join metrics.build as build on true
left join marts.fct_warning as fct_warning on fct_warning.is_open
left join marts.dim_account as dim_account on fct_warning.account_id = dim_account.account_id
left join marts.dim_account_history as dim_account_history
    on
        dim_account.account_id = dim_account_history.account_id
        and build.as_of between dim_account_history.valid_from and dim_account_history.valid_to
left join marts.dim_account_journey as dim_account_journey
    on
        dim_account.account_id = dim_account_journey.account_id
        and build.as_of between dim_account_journey.valid_from and dim_account_journey.valid_to
