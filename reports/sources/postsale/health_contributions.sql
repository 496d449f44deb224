-- What each signal brings to each score of the last closed month, and brought the month before; they add up to the score.
select
    fct_health_contribution.account_id,
    fct_health_contribution.signal,
    fct_health_contribution.label,
    cast(fct_health_contribution.input_value as double) as input_value,
    cast(fct_health_contribution.points as double) as points,
    fct_health_contribution.is_present,
    cast(fct_health_contribution.weight_share as double) as weight_share,
    cast(fct_health_contribution.contribution as double) as contribution,
    cast(fct_health_contribution.previous_contribution as double) as previous_contribution,
    cast(fct_health_contribution.contribution_change as double) as contribution_change
from (select 1 as one) as always_one_row
left join metrics.build as build on true
left join marts.fct_health_contribution as fct_health_contribution
    on build.last_closed_month_end = fct_health_contribution.month_end
