-- The score of each account at the last closed month, and how it moved since the month before.
select
    fct_health_score.account_id,
    dim_account.account_name,
    dim_account_history.segment,
    dim_account_history.csm,
    concat(dim_account_history.slices, dim_account_journey.slices) as slices,
    cast(fct_health_score.arr as double) as arr,
    cast(fct_health_score.health_score as double) as health_score,
    fct_health_score.band,
    cast(fct_health_score.previous_health_score as double) as previous_health_score,
    cast(fct_health_score.health_score_change as double) as health_score_change,
    cast(fct_health_score.signals_present as double) as signals_present,
    fct_health_score.missing_signals,
    fct_health_score.is_silent_low_adoption
from (select 1 as one) as always_one_row
left join metrics.build as build on true
left join marts.fct_health_score as fct_health_score on build.last_closed_month_end = fct_health_score.month_end
left join marts.dim_account as dim_account on fct_health_score.account_id = dim_account.account_id
left join marts.dim_account_history as dim_account_history on fct_health_score.book_id = dim_account_history.book_id
left join marts.dim_account_journey as dim_account_journey on fct_health_score.journey_id = dim_account_journey.journey_id
