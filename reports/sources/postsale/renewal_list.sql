-- Each renewal with its account, owner, outcome and forecast.
select
    fct_renewal.renewal_id,
    fct_renewal.account_id,
    dim_account.account_name,
    dim_account_history.segment,
    dim_account_history.csm,
    concat(dim_account_history.slices, dim_account_journey.slices) as slices,
    fct_renewal.owner,
    strftime(fct_renewal.due_on, '%Y-%m-%d') as due_on,
    strftime(date_trunc('quarter', fct_renewal.due_on), '%Y-%m-01') as quarter,
    fct_renewal.outcome,
    cast(fct_renewal.due_arr as double) as due_arr,
    cast(fct_renewal.renewed_arr as double) as renewed_arr,
    cast(fct_renewal.days_late as double) as days_late,
    cast(fct_renewal.days_past_due as double) as days_past_due,
    fct_renewal.churn_reason,
    fct_renewal_forecast.health_band,
    fct_renewal_forecast.basis,
    cast(fct_renewal_forecast.expected_rate as double) as expected_rate,
    cast(fct_renewal_forecast.expected_arr as double) as expected_arr
from (select 1 as one) as always_one_row
left join marts.fct_renewal as fct_renewal on true
left join marts.dim_account as dim_account on fct_renewal.account_id = dim_account.account_id
left join marts.dim_account_history as dim_account_history on fct_renewal.book_id = dim_account_history.book_id
left join marts.dim_account_journey as dim_account_journey on fct_renewal.journey_id = dim_account_journey.journey_id
left join marts.fct_renewal_forecast as fct_renewal_forecast on fct_renewal.renewal_id = fct_renewal_forecast.renewal_id
