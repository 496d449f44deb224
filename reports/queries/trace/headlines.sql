-- Every headline number.
select metric, label, unit, formula, grain, metric_time, period, value, recomputed, method, reconciles, verdict, fact_rows, raw_rows, listed_rows
from postsale.headlines
where metric is not null
