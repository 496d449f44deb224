select published_at, metric, label, unit, metric_time, grain, step, cause, value_before, value_after, difference
from postsale.restatement_parts
where metric is not null
order by published_at desc, metric, metric_time desc, step
