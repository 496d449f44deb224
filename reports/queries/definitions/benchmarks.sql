select metric, segment, target, target_upper, source, kind
from postsale.benchmarks
where metric is not null
order by kind, metric, segment
