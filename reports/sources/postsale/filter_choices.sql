-- What a reader can filter by: the values that the retention figures exist for.
select choices.dimension, choices.value
from (select 1 as one) as always_one_row
left join (
    select distinct 'segment' as dimension, segment as value from metrics.board_monthly where segment <> 'All'
    union all
    select distinct 'csm' as dimension, csm as value from metrics.board_monthly where csm <> 'All'
    union all
    select distinct 'team' as dimension, team as value from metrics.board_monthly where team <> 'All'
    union all
    select distinct 'region' as dimension, region as value from metrics.board_monthly where region <> 'All'
    union all
    select distinct 'product' as dimension, product as value from metrics.board_monthly where product <> 'All'
    union all
    select distinct 'operating_model' as dimension, operating_model as value from metrics.board_monthly where operating_model <> 'All'
) as choices on true
