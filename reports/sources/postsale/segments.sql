-- Segment policy in force: the bounds, and the days within which first value is on target.
select
    dim_segment.segment,
    cast(dim_segment.sort_order as integer) as sort_order,
    cast(dim_segment.target_days as double) as target_days,
    cast(dim_segment.good_days as double) as good_days,
    dim_segment.is_default
from (select 1 as one) as always_one_row
left join marts.dim_segment as dim_segment on true
