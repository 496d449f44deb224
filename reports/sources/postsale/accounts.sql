-- Accounts as they stand on the day of the data, with stage, health and the latest onboarding's clocks.
select
    dim_account.account_id,
    dim_account.account_name,
    dim_account.segment,
    dim_account.csm,
    dim_account.team,
    dim_account.industry,
    dim_account.region,
    dim_account.product,
    strftime(dim_account.signed_on, '%-d %b %Y') as signed_on,
    dim_account.signed_quarter,
    strftime(dim_account.first_service_on, '%-d %b %Y') as first_service_on,
    cast(dim_account.arr as double) as arr,
    dim_account.is_customer,
    parents.account_name as revenue_account_name,
    dim_account_journey.lifecycle_stage,
    dim_account_journey.ttfv_band,
    fct_health_score.band,
    cast(fct_health_score.health_score as double) as health_score,
    cast(fct_health_score.previous_health_score as double) as previous_health_score,
    cast(fct_health_score.health_score_change as double) as health_score_change,
    fct_health_score.missing_signals,
    cast(fct_arr_window.account_nrr as double) as account_nrr,
    cast(fct_arr_window.base_arr as double) as base_arr
from (select 1 as one) as always_one_row
left join metrics.build as build on true
left join marts.dim_account as dim_account on true
left join marts.dim_account as parents
    on dim_account.revenue_account_id = parents.account_id and dim_account.account_id <> parents.account_id
left join marts.dim_account_journey as dim_account_journey
    on
        dim_account.account_id = dim_account_journey.account_id
        and build.as_of between dim_account_journey.valid_from and dim_account_journey.valid_to
left join marts.fct_health_score as fct_health_score
    on
        dim_account.account_id = fct_health_score.account_id
        and build.last_closed_month_end = fct_health_score.month_end
left join marts.fct_arr_window as fct_arr_window
    on
        dim_account.account_id = fct_arr_window.account_id
        and build.last_closed_month_end = fct_arr_window.month_end
        and fct_arr_window.window_months = 12
        and fct_arr_window.is_base
order by dim_account.account_id
