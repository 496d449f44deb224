-- What a reader can filter by: the values that the retention figures exist for.
select choices.dimension, choices.value
from (select 1 as one) as always_one_row
left join (
    select distinct 'segment' as dimension, segment as value from metrics.board_monthly where segment <> 'All'
    union all
    select distinct 'csm' as dimension, csm as value from metrics.board_monthly where csm <> 'All'
) as choices on true
