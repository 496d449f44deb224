-- The company's own targets. Claims of the market are listed on the definitions page, with their source.
select metric, segment, target, target_upper, source
from postsale.benchmarks
where metric is not null and kind = 'target'
order by metric, segment
