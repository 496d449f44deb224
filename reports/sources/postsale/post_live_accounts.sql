-- Implementation hours on accounts that were already live, in the last closed month.
select
    fct_account_time_month.account_id,
    dim_account.account_name,
    dim_account.segment,
    dim_account.csm,
    concat(dim_account_history.slices, dim_account_journey.slices) as slices,
    cast(dim_account.arr as double) as arr,
    cast(fct_account_time_month.post_live_implementation_hours as double) as post_live_implementation_hours,
    cast(fct_account_time_month.implementation_hours as double) as implementation_hours,
    cast(fct_account_time_month.hours as double) as hours
from (select 1 as one) as always_one_row
left join metrics.build as build on true
left join marts.fct_account_time_month as fct_account_time_month
    on
        build.last_closed_month_end = fct_account_time_month.month_end
        and fct_account_time_month.post_live_implementation_hours > 0
left join marts.dim_account as dim_account on fct_account_time_month.account_id = dim_account.account_id
left join marts.dim_account_history as dim_account_history
    on
        dim_account.account_id = dim_account_history.account_id
        and build.as_of between dim_account_history.valid_from and dim_account_history.valid_to
left join marts.dim_account_journey as dim_account_journey
    on
        dim_account.account_id = dim_account_journey.account_id
        and build.as_of between dim_account_journey.valid_from and dim_account_journey.valid_to
