-- Accounts of the NRR cohort of the last closed month: what each paid a year before and pays now.
select
    fct_arr_window.account_id,
    dim_account.account_name,
    dim_account_history.segment,
    dim_account_history.csm,
    concat(dim_account_history.slices, dim_account_journey.slices) as slices,
    cast(fct_arr_window.base_arr as double) as base_arr,
    cast(fct_arr_window.current_arr as double) as current_arr,
    cast(fct_arr_window.account_nrr as double) as account_nrr,
    fct_arr_window.account_nrr_band
from (select 1 as one) as always_one_row
left join metrics.build as build on true
left join marts.fct_arr_window as fct_arr_window
    on build.last_closed_month_end = fct_arr_window.month_end and fct_arr_window.window_months = 12 and fct_arr_window.is_base
left join marts.dim_account as dim_account on fct_arr_window.account_id = dim_account.account_id
left join marts.dim_account_history as dim_account_history on fct_arr_window.book_id = dim_account_history.book_id
left join marts.dim_account_journey as dim_account_journey on fct_arr_window.journey_id = dim_account_journey.journey_id
