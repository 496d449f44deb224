select segment, sort_order, target_days, good_days, is_default
from postsale.segments
where segment is not null
order by sort_order
