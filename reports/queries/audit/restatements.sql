select published_at, metric, label, unit, grain, metric_time, period, slice, is_total, value_before, value_after, difference, causes
from postsale.restatements
where metric is not null
order by published_at desc, is_total desc, metric, metric_time desc
